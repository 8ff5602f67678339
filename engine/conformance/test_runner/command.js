// command: ["--test", "--test-reporter=tap", "test_runner/fixtures/a.test.js"]
