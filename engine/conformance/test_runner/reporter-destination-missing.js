// command: ["--test-reporter=dot", "--test-reporter=tap", "test_runner/fixtures/passing.cjs"]
