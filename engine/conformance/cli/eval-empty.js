// command: ["-e", ""]
