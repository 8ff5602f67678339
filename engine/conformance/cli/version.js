// command: ["--version"]
