const { EventEmitter } = require('node:events'); process.on('exit', (code) => console.log('exit', code));
new EventEmitter().emit('error', { reason: 'no error object' });
