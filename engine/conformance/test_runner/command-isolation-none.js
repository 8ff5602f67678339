// command: ["--test", "--test-isolation=none", "--test-reporter=tap", "test_runner/fixtures/passing.cjs"]
