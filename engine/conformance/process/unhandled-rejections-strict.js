// node: --unhandled-rejections=strict
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin)); process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message)); Promise.reject(new Error('strict'));
