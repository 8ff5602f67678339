// command: ["--import", "./cli/fixtures/preload.mjs", "--require", "./cli/fixtures/preload.cjs", "-e", "console.log('main')"]
