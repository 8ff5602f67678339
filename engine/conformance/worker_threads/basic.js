const { Worker, isMainThread, parentPort, workerData, threadId } = require('node:worker_threads');
if (isMainThread) {
  const worker = new Worker(__filename, { workerData: { n: 20, text: 'ä€😀', when: new Date(0), list: [1, , 3] }, argv: ['x', 'y'], name: 'counter' });
  console.log(worker.threadId, worker.threadName);
  worker.on('message', (message) => console.log('main got', message));
  worker.on('exit', (code) => console.log('exit', code, worker.threadId));
  worker.postMessage('first');
  worker.postMessage('second');
} else {
  parentPort.postMessage(['worker', threadId, process.argv.slice(2), workerData]);
  parentPort.on('message', (text) => {
    parentPort.postMessage({ echo: text, sum: workerData.n + 1 });
    if (text === 'second') parentPort.close();
  });
}
