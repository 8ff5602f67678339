// command: ["-", "arg"]
// input: "console.log(process.argv.slice(1), __filename); process.exit()\n"
