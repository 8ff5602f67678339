// command: ["-p", "nope.nothing"]
