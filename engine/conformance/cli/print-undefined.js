// command: ["--print", "undefined"]
