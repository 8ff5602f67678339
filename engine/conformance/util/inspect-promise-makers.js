const { inspect, types } = require('node:util');
const { promise, resolve, reject } = Promise.withResolvers();
console.log(Promise.resolve(5), Promise.resolve({ a: 1 }), Promise.resolve(promise) === promise, promise);
resolve('done'); reject(new Error('late')); console.log(promise);
const rejected = Promise.reject(3); rejected.catch(() => {}); console.log(rejected, types.isPromise(rejected));
const failing = Promise.withResolvers(); failing.reject('no'); failing.promise.catch(() => {}); console.log(failing.promise);
class Special extends Promise {} console.log(Special.resolve(1), Special.resolve(1) instanceof Special, Special.name);
console.log(Promise.resolve.name, Promise.resolve.length, `${Promise.resolve}`, Promise.withResolvers.length, resolve.name, resolve.length, Object.keys(Promise.resolve(1)), inspect(Promise.resolve(Promise.resolve(1))));
try { Promise.resolve.call(undefined, 1); } catch (error) { console.log(error.name, error.message); }
process.on('unhandledRejection', (reason, late) => console.log('unhandled', late, reason));
(async () => { throw 'thrown'; })();
