// args: one --two=3 "four
console.log(process.argv.length, process.argv.slice(2), process.argv0, process.execArgv, process.title);
console.log(process.version, process.platform, process.arch, process.release.name, typeof process.pid, process.execPath);
console.log(Object.keys(process.versions).sort().join());
