// command: ["does-not-exist.js"]
