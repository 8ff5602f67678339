// What a MessagePort shows on its prototype.
const { MessagePort } = require('node:worker_threads');

console.log(Object.getOwnPropertyNames(MessagePort.prototype).sort());
