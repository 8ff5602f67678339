const { Readable, Writable, Duplex, Transform } = require('node:stream');
new Readable().on('error', (error) => console.log(error.code, error.message)).read();
new Writable({ write(c, e, done) { done(); } }).on('error', (error) => console.log(error.code, error.message)).end().write('late');
const readable = new Readable({ read() {} });
readable.on('error', (error) => console.log(error.message)).on('close', () => console.log('closed', readable.destroyed, readable.errored?.message));
readable.destroy(new Error('stopped'));
try { new Transform({}).write(5); } catch (error) { console.log(error.code, error.message); }
new Duplex({ read() { this.push(null); }, write(c, e, done) { done(); } }).on('end', () => console.log('end')).resume().end();
