const { Worker } = require('node:worker_threads');
new Worker('/does/not/exist.js').on('error', (error) => console.log(error.name, error.code, error.message.split('\n')[0])).on('exit', (code) => console.log(code));
try { new Worker('1', { eval: true, execArgv: ['--no-such-option'] }); } catch (error) { console.log(error.code, error.message); }
