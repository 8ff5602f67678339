// command: ["--input-type=commonjs-typescript", "-e", "enum A { B }"]
