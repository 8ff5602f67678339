// command: ["-p", "Promise.resolve(5)"]
