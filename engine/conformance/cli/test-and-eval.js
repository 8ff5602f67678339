// command: ["--test", "-e", "1"]
