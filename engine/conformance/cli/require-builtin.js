// command: ["-r", "node:os", "-r", "./cli/fixtures/preload.cjs", "-p", "Object.keys(require.cache).length"]
