// command: ["--test", "--test-reporter=tap", "test_runner/fixtures/failing.cjs"]
