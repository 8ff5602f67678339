import { setTimeout as sleep, setImmediate as immediate, setInterval as every, scheduler } from 'node:timers/promises';
console.log(await sleep(2, 'value'), await immediate('now'));
let n = 0;
for await (const value of every(1, 'tick')) { console.log(value, ++n); if (n === 2) break; }
const controller = new AbortController();
setTimeout(() => controller.abort(), 1);
await sleep(1000, undefined, { signal: controller.signal }).catch((error) => console.log(error.name, error.code, error.message));
await scheduler.wait(1);
await scheduler.yield();
console.log('end');
