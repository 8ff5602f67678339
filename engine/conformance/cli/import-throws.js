// command: ["--import", "data:text/javascript,throw new Error('preload fails')", "-e", "console.log('never')"]
