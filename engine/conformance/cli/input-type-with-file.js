// command: ["--input-type=module", "path/all.js"]
