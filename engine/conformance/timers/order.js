setTimeout(() => console.log('timeout 0'), 0);
setTimeout(() => console.log('timeout 1'), 1);
setImmediate(() => {
  console.log('immediate');
  process.nextTick(() => console.log('tick in immediate'));
  Promise.resolve().then(() => console.log('promise in immediate'));
  setImmediate(() => console.log('immediate 2'));
});
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise')).then(() => console.log('promise 2'));
queueMicrotask(() => console.log('microtask'));
const until = Date.now() + 10;
while (Date.now() < until);
console.log('main');
