// command: ["-e", "const x = await Promise.resolve(4); console.log(x)"]
