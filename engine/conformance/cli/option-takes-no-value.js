// command: ["--no-warnings=5", "-p", "1"]
