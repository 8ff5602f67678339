// command: ["--check", "-e", "1"]
