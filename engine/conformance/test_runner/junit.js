// command: ["--test-reporter=junit", "test_runner/fixtures/passing.cjs"]
