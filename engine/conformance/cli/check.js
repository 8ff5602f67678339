// command: ["--check", "cli/fixtures/preload.cjs"]
