// command: ["--env-file=none.env", "-p", "1"]
