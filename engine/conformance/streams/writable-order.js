const { Writable } = require('node:stream');
const writable = new Writable({ highWaterMark: 3, write(chunk, encoding, done) { console.log('write', String(chunk)); setImmediate(done); }, final(done) { console.log('final'); done(); } });
console.log(writable.write('ab'), writable.write('cd'), writable.writableLength, writable.writableNeedDrain);
writable.on('drain', () => { console.log('drain'); writable.end('end', () => console.log('end callback')); });
writable.on('finish', () => console.log('finish')).on('close', () => console.log('close'));
writable.on('error', (error) => console.log(error.code));
writable.cork(); writable.write('ef'); process.nextTick(() => writable.uncork());
