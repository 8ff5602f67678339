// command: ["--test-reporter=none-such", "test_runner/fixtures/passing.cjs"]
