// command: ["--watch"]
