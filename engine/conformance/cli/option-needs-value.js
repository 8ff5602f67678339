// command: ["--require"]
