process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', error.message, origin));
setTimeout(() => { throw new Error('from timer'); }, 1);
setImmediate(() => { throw new Error('from immediate'); });
process.nextTick(() => { throw new Error('from tick'); });
Promise.reject(new Error('from promise'));
setTimeout(() => console.log('still alive'), 200);
