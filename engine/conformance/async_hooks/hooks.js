const { createHook, executionAsyncId, triggerAsyncId, AsyncResource, executionAsyncResource } = require('node:async_hooks');
const fs = require('node:fs');
const seen = [];
const types = new Map();
createHook({ init(id, type, trigger) { types.set(id, type); seen.push(`init ${type}`); }, before(id) { seen.push(`before ${types.get(id)}`); }, after(id) { seen.push(`after ${types.get(id)}`); }, destroy(id) { seen.push(`destroy ${types.get(id)}`); } }).enable();
setTimeout(() => {}, 1); setImmediate(() => {}); process.nextTick(() => {}); fs.stat(__filename, () => {});
const resource = new AsyncResource('MINE'); resource.runInAsyncScope(() => seen.push(`in ${executionAsyncId() === resource.asyncId()}`)); resource.emitDestroy();
setTimeout(() => { fs.writeSync(1, seen.filter((line) => !line.includes('PROMISE')).join('\n') + '\n'); }, 300);
console.log(executionAsyncId(), triggerAsyncId());
