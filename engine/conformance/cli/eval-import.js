// command: ["-e", "import('node:path').then(({ sep }) => console.log(sep)); console.log(typeof require, typeof module, __dirname, process.argv.length)"]
