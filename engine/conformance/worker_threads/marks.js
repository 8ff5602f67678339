const { markAsUntransferable, isMarkedAsUntransferable, markAsUncloneable } = require('node:worker_threads');
const buffer = new ArrayBuffer(2);
markAsUntransferable(buffer);
console.log(isMarkedAsUntransferable(buffer));
try { structuredClone(buffer, { transfer: [buffer] }); } catch (error) { console.log(error.name, error.code); }
const object = { a: 1 };
markAsUncloneable(object);
try { structuredClone({ object }); } catch (error) { console.log(error.name, error.message); }
