// node: --unhandled-rejections=none
process.on('unhandledRejection', (reason) => console.log('event still comes', reason)); Promise.reject('quiet'); setTimeout(() => console.log('alive'), 5);
