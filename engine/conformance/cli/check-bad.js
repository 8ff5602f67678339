// command: ["--check", "modules/fixtures/syntax-error.cjs"]
