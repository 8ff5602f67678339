// command: ["--test-only", "--test-reporter=tap", "test_runner/fixtures/passing.cjs"]
