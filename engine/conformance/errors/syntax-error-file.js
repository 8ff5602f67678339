// command: ["errors/fixtures/unexpected-token.cjs"]
