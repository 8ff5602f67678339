// command: ["--test", "--test-reporter=tap", "--test-name-pattern=one", "test_runner/fixtures/passing.cjs"]
