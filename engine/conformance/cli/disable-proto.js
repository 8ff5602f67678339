// command: ["--disable-proto=delete", "-p", "({}).__proto__"]
