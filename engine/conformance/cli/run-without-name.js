// command: ["--run"]
