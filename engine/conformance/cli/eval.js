// command: ["-e", "console.log(1 + 1, process.argv.slice(1), __filename, require('path').sep)", "arg"]
