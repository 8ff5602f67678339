const { Worker } = require('node:worker_threads');
const worker = new Worker(
  `const { parentPort } = require('worker_threads');
   const caught = (f) => { try { return f(); } catch (error) { return [error.code, error.message]; } };
   parentPort.postMessage([caught(() => process.chdir('/')), caught(() => process.umask(0)), caught(() => process.abort()), process.execArgv, process.argv.length, typeof process.stdin.on, process.exitCode]);`,
  { eval: true },
);
worker.on('message', (message) => console.log(message));
