// A port that listens hears that the other end closed, and holds the process no longer.
const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');
for (const taken of [false, true]) {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (message) => console.log(taken, 'message', message));
  port2.on('close', () => console.log(taken, 'the other end closed'));
  port1.postMessage('sent');
  if (taken) console.log(taken, receiveMessageOnPort(port2));
  port1.close(() => console.log(taken, 'closed'));
}
