// command: ["--input-type=nope", "-e", "1"]
