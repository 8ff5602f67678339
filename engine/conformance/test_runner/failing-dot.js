// command: ["--test-reporter=dot", "test_runner/fixtures/failing.cjs"]
