// command: ["--import", "./none.mjs", "-e", "console.log('never')"]
