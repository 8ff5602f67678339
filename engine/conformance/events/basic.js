const { EventEmitter, once, on, errorMonitor, getEventListeners } = require('node:events');
const emitter = new EventEmitter({ captureRejections: true });
emitter.on('newListener', (name) => console.log('new', name));
emitter.prependListener('x', () => console.log('second'));
emitter.prependOnceListener('x', () => console.log('first'));
console.log(emitter.emit('x'), emitter.emit('x'), emitter.emit('y'), emitter.eventNames(), emitter.listenerCount('x'));
emitter.on(errorMonitor, (error) => console.log('monitor', error.message));
try { emitter.emit('error', new Error('unhandled')); } catch (error) { console.log(error.message); }
try { emitter.emit('error', { a: 1 }); } catch (error) { console.log(error.code, error.message); }
emitter.on('error', (error) => console.log('error', error.message));
emitter.on('async', async () => { throw new Error('rejected'); });
emitter.emit('async');
console.log(getEventListeners(emitter, 'x').length);
once(emitter, 'later').then((values) => console.log('once', values));
setTimeout(() => emitter.emit('later', 1, 2), 1);
(async () => {
  const controller = new AbortController();
  setTimeout(() => { emitter.emit('many', 1); emitter.emit('many', 2); controller.abort(); }, 2);
  try { for await (const value of on(emitter, 'many', { signal: controller.signal })) console.log('on', value); } catch (error) { console.log(error.name); }
})();
