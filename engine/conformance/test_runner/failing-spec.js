// command: ["--test-reporter=spec", "test_runner/fixtures/failing.cjs"]
