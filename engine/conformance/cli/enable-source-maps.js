// command: ["--enable-source-maps", "cli/fixtures/mapped.js"]
