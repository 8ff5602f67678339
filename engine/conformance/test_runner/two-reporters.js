// command: ["--test-reporter=dot", "--test-reporter-destination=stdout", "--test-reporter=tap", "--test-reporter-destination=stderr", "test_runner/fixtures/passing.cjs"]
