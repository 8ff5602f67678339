// command: ["--no-such-option"]
