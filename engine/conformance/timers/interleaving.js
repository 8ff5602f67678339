const log = [];
Promise.resolve().then(() => {
  log.push('p1');
  process.nextTick(() => log.push('t1'));
  Promise.resolve().then(() => log.push('p2'));
});
process.nextTick(() => {
  log.push('t0');
  Promise.resolve().then(() => log.push('p3'));
  process.nextTick(() => log.push('t2'));
});
setImmediate(() => {
  log.push('i1');
  process.nextTick(() => log.push('t3'));
});
setImmediate(() => log.push('i2'));
setTimeout(() => console.log(log.join(' ')), 20);
