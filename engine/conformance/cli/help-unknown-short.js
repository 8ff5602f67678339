// command: ["-q"]
