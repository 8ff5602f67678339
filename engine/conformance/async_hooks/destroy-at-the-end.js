// Destroy hooks are called before the process ends, whatever the object was made in, though not for what is made when it is about to.
const { spawnSync } = require('node:child_process');
const WAYS = {
  main: 'make()',
  microtask: 'queueMicrotask(make)',
  tick: 'process.nextTick(make)',
  immediate: 'setImmediate(make)',
  timeout: 'setTimeout(make, 1)',
  file: "fs.stat('.', make)",
  beforeExit: "process.once('beforeExit', make)",
};
for (const [name, code] of Object.entries(WAYS)) {
  const script = `
    const { AsyncResource, createHook } = require('async_hooks');
    const fs = require('fs');
    const say = (text) => fs.writeSync(1, text + ' ');
    const made = new Set();
    createHook({ init: (id, type) => type === 'X' && made.add(id), destroy: (id) => made.has(id) && say('destroy') }).enable();
    const make = () => new AsyncResource('X').emitDestroy();
    process.on('beforeExit', () => say('beforeExit'));
    process.on('exit', () => say('exit'));
    ${code};`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  console.log(name, stdout.trim(), stderr, status);
}
