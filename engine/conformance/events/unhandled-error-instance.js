const { EventEmitter } = require('node:events');
class Own extends EventEmitter {}
setTimeout(() => { new Own().emit('error', new TypeError('nobody listens')); }, 1);
