// command: ["-e", "const a = ;"]
