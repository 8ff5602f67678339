// command: ["--run", "hello", "--", "extra"]
