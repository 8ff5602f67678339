const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');
const { port1, port2 } = new MessageChannel();
port1.postMessage({ a: 1 });
port1.postMessage('b');
console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2));
port2.once('message', (message) => {
  console.log('message', message);
  port2.close();
});
port2.on('close', () => console.log('close 2'));
port1.postMessage(new Set([1]));
const inner = new MessageChannel();
const outer = new MessageChannel();
outer.port1.postMessage({ moved: inner.port1 }, [inner.port1]);
const { message } = receiveMessageOnPort(outer.port2);
inner.port2.postMessage('through');
console.log(receiveMessageOnPort(message.moved));
inner.port2.close();
outer.port1.close();
