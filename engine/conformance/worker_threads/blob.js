const { MessageChannel } = require('node:worker_threads');
const { port1, port2 } = new MessageChannel();
port2.once('message', async (blob) => {
  console.log(blob, await blob.text());
  port2.close();
});
port1.postMessage(new Blob(['some ', 'text'], { type: 'text/plain' }));
