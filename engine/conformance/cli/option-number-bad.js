// command: ["--stack-trace-limit=x", "-p", "Error.stackTraceLimit"]
