// command: ["-r", "./cli/fixtures/preload.cjs", "-e", "console.log('main', globalThis.preloaded)"]
