// command: ["-e", "throw new Error('from eval')"]
