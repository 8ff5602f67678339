// command: ["-e"]
