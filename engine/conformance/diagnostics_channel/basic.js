const { channel, subscribe, hasSubscribers, tracingChannel } = require('node:diagnostics_channel');
const { AsyncLocalStorage } = require('node:async_hooks');
subscribe('demo', (message, name) => console.log(name, message)); console.log(hasSubscribers('demo'), hasSubscribers('none')); channel('demo').publish({ a: 1 });
const tracing = tracingChannel('work'); tracing.subscribe({ start: () => console.log('start'), end: () => console.log('end'), asyncStart: () => console.log('asyncStart'), asyncEnd: () => console.log('asyncEnd'), error: ({ error }) => console.log('error', error.message) });
tracing.traceSync(() => console.log('sync')); tracing.tracePromise(async () => console.log('promise')); try { tracing.traceSync(() => { throw new Error('bad'); }); } catch {}
const storage = new AsyncLocalStorage(); channel('store').bindStore(storage, (data) => ({ data })); channel('store').runStores(5, () => console.log(storage.getStore()));
