const { Worker } = require('node:worker_threads');
const code = 'const { parentPort, workerData } = require("worker_threads"); let sum = 0; for (let i = 0; i <= workerData; i++) sum += i; parentPort.postMessage(sum)';
Promise.all([10, 100, 1000, 10000].map((workerData) => new Promise((resolve, reject) => new Worker(code, { eval: true, workerData }).on('message', resolve).on('error', reject)))).then(console.log);
