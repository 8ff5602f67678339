// command: ["--test", "--test-reporter=tap", "--test-skip-pattern=/two/i", "test_runner/fixtures/passing.cjs"]
