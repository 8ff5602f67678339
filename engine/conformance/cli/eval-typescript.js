// command: ["-e", "const a: number = 5; console.log(a)"]
