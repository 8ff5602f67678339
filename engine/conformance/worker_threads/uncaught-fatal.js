const { Worker } = require('node:worker_threads');
new Worker('throw new Error("nobody listens")', { eval: true });
