// command: ["-p", "'text' + [1, 2]"]
