// command: ["-i", "-e", "globalThis.ready = 'set before'"]
// input: "ready\n.exit\n"
