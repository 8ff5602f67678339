setTimeout(() => {}, 10);
setTimeout(() => {}, 10);
setImmediate(() => {});
console.log(process.getActiveResourcesInfo());
const server = require('node:net').createServer().listen(0, () => {
  console.log(process.getActiveResourcesInfo().filter((name) => name !== 'TTYWrap' && name !== 'PipeWrap').sort());
  server.close();
});
