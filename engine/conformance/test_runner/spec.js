// command: ["--test", "--test-reporter=spec", "test_runner/fixtures/a.test.js"]
