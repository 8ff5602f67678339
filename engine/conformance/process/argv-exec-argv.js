// node: --no-warnings --stack-trace-limit=5 --conditions=own
// args: one --two=3 -- -4
console.log(process.argv.slice(2), process.execArgv, process.argv0, process.title, process.argv[1].endsWith('argv-exec-argv.js'), process.execPath === process.argv[0], Object.getOwnPropertyDescriptor(process, 'argv0').writable);
process.argv.push('own'); process.execArgv.push('--x'); process.title = 'renamed'; console.log(process.title, process.argv.at(-1));
