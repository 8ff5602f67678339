// command: ["--trace-warnings", "--trace-uncaught", "-e", "process.emitWarning('w')"]
