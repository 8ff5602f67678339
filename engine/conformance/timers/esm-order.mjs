process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
queueMicrotask(() => console.log('microtask'));
setImmediate(() => console.log('immediate'));
await null;
console.log('after await');
await new Promise((resolve) => process.nextTick(resolve));
console.log('after tick');
