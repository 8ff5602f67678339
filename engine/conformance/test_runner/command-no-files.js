// command: ["--test", "--test-reporter=tap", "nothing/here/*.js"]
