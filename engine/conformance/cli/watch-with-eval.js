// command: ["--watch", "-e", "1"]
