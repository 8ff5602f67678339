// command: ["--import", "./cli/fixtures/preload.mjs", "-e", "console.log('main', globalThis.preloaded)"]
