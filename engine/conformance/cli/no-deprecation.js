// command: ["--no-deprecation", "-e", "new Buffer(1); console.log(process.noDeprecation)"]
