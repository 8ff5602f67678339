const domain = require('node:domain').create();
domain.on('error', (error) => console.log('domain', error.message));
domain.run(() => setTimeout(() => { throw new Error('inside'); }, 1));
