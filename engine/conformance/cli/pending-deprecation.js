// command: ["--pending-deprecation", "-e", "process.binding('natives'); new Buffer(1)"]
