// command: ["--check", "cli/fixtures/preload.mjs"]
