import { Readable, Writable, Duplex, finished } from 'node:stream';
{ await using r = new Readable({ read() {} }); r.on('error', (error) => console.log(error.name, error.code)); r.on('close', () => console.log('closed', r.destroyed)); }
{ await using w = new Writable({ write(c, e, d) { d(); } }); w.on('error', (error) => console.log('w', error.code)).on('close', () => console.log('w closed')); w.write('x'); }
finished(Readable.from([]).resume(), (error) => console.log('finished', error)); const r = new Readable({ read() {} }); finished(r, { readable: true, writable: false }, (error) => console.log(error.code, error.message)); r.destroy(); const once = finished(new Duplex({ read() {}, write() {} }), () => console.log('never')); once();
console.log(Readable.prototype[Symbol.asyncIterator].name, typeof Readable.prototype[Symbol.asyncDispose], Readable.prototype[Symbol.for('nodejs.rejection')]?.name);
