'use strict';
// After an immediate or a timer that throws, those that wait come before its ticks; an unreferenced immediate does not run when nothing else does.
const log = (text) => process.stdout.write(`${text}\n`);
process.on('uncaughtException', (error) => log(`caught ${error.message}`));

for (const name of ['first', 'second', 'third']) {
  setImmediate(() => {
    log(`immediate ${name}`);
    process.nextTick(() => log(`tick of immediate ${name}`));
    if (name !== 'third') throw new Error(name);
  });
}
setTimeout(() => {
  for (const name of ['one', 'two', 'three']) {
    setTimeout(() => {
      log(`timer ${name}`);
      process.nextTick(() => log(`tick of timer ${name}`));
      if (name === 'one') throw new Error(name);
    }, 5);
  }
  setTimeout(() => setImmediate(() => log('not reached')).unref(), 30);
}, 20);
