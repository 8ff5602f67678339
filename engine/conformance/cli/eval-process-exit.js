// command: ["-e", "process.on('exit', (c) => console.log('bye', c)); process.exit(12)"]
