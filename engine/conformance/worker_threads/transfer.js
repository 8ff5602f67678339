const { Worker, MessageChannel } = require('node:worker_threads');
const worker = new Worker(
  `const { parentPort } = require('worker_threads');
   parentPort.once('message', ({ port, buffer, shared, view }) => {
     new Int32Array(shared)[0] = 42;
     port.postMessage({ bytes: new Uint8Array(buffer), view }); port.close();
   });`,
  { eval: true },
);
const { port1, port2 } = new MessageChannel();
const buffer = new Uint8Array([1, 2, 3]).buffer;
const shared = new SharedArrayBuffer(8);
worker.postMessage({ port: port2, buffer, shared, view: Buffer.from('text') }, [port2, buffer]);
console.log(buffer.byteLength, buffer.detached);
port1.on('message', (message) => console.log(message, new Int32Array(shared)[0]));
port1.on('close', () => console.log('closed'));
try {
  port1.postMessage(port1, [port1]);
} catch (error) {
  console.log(error.name, error.message);
}
for (const value of [() => 1, Symbol('s'), { port: new MessageChannel().port1 }, new WeakMap(), { f() {} }]) {
  try {
    port1.postMessage(value);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
