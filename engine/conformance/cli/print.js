// command: ["-p", "({ a: [1, 2], b: new Map([[1, 2]]) })"]
