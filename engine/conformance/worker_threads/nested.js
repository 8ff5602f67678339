const { Worker, isMainThread, parentPort, workerData, threadId } = require('node:worker_threads');
const depth = isMainThread ? 0 : workerData;
if (depth < 2) {
  const child = new Worker(__filename, { workerData: depth + 1 });
  child.on('message', (message) => {
    if (isMainThread) console.log(message);
    else parentPort.postMessage([threadId, ...message]);
  });
  child.on('exit', (code) => { if (isMainThread) console.log('child ended', code); });
} else parentPort.postMessage([threadId]);
