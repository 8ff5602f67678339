// command: ["errors/fixtures/unterminated.mjs"]
