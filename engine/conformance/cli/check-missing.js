// command: ["--check", "cli/none.js"]
