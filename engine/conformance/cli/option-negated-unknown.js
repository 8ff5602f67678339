// command: ["--no-nothing", "-p", "1"]
