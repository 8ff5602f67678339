const { Worker } = require('node:worker_threads');
const worker = new Worker('setInterval(() => {}, 1000); require("worker_threads").parentPort.postMessage("up"); while (true) {}', { eval: true });
worker.on('exit', (code) => console.log('exit', code));
worker.on('message', async (message) => {
  console.log(message);
  console.log('terminated', await worker.terminate());
  console.log(worker.threadId, await worker.terminate());
});
