// command: ["--import", "data:text/javascript,console.log('from data'); globalThis.x = 1", "-p", "x"]
