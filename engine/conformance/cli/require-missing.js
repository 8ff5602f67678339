// command: ["-r", "./none.cjs", "-e", "console.log('never')"]
