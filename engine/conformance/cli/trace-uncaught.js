// command: ["--trace-uncaught", "-e", "throw new Error('traced')"]
