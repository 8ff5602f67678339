// command: ["--disable-proto=x", "-p", "1"]
