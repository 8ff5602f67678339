// command: ["--conditions", "custom", "--input-type=module", "-e", "console.log(import.meta.resolve('data:text/plain,x'))"]
