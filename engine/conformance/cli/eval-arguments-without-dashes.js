// command: ["-p", "process.argv.slice(1)", "a", "--b"]
