process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason.message, promise instanceof Promise));
process.on('rejectionHandled', (promise) => console.log('handled later', promise instanceof Promise));
const late = Promise.reject(new Error('late'));
setTimeout(() => late.catch((error) => console.log('caught', error.message)), 100);
