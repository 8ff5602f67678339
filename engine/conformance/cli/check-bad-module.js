// command: ["-c", "modules/esm-syntax-error.mjs"]
