const { Readable } = require('node:stream');
const readable = new Readable({ read() {} });
readable.push('a'); readable.push('b'); readable.push(null);
readable.on('data', (chunk) => console.log('data', chunk)).on('end', () => console.log('end')).on('close', () => console.log('close'));
Readable.from(['x', 'y']).on('data', (chunk) => console.log('from', chunk));
(async () => { for await (const chunk of Readable.from([1, 2, 3]).map((n) => n * 2).filter((n) => n > 2)) console.log('async', chunk); console.log(await Readable.from([1, 2]).toArray()); })();
