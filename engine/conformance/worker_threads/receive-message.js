const { Worker, MessageChannel, receiveMessageOnPort } = require('node:worker_threads');
const shared = new Int32Array(new SharedArrayBuffer(4));
const { port1, port2 } = new MessageChannel();
const worker = new Worker(
  `const { workerData: { shared, port }, parentPort } = require('worker_threads');
   parentPort.on('message', (text) => {
     port.postMessage({ result: text.toUpperCase(), map: new Map([[1, { a: 2n }]]) });
     Atomics.add(shared, 0, 1); Atomics.notify(shared, 0);
   });`,
  { eval: true, workerData: { shared, port: port2 }, transferList: [port2] },
);
const call = (text) => {
  const before = Atomics.load(shared, 0);
  worker.postMessage(text);
  Atomics.wait(shared, 0, before);
  return receiveMessageOnPort(port1);
};
console.log(call('one'));
console.log(call('two'));
console.log(receiveMessageOnPort(port1));
worker.unref();
