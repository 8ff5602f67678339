// command: ["--run", "none"]
