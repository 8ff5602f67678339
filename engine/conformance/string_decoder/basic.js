const { StringDecoder } = require('node:string_decoder');
for (const encoding of ['utf8', 'utf16le', 'base64', 'hex', 'latin1']) { const decoder = new StringDecoder(encoding); console.log(encoding, JSON.stringify([...Buffer.from('é✓😀')].map((byte) => decoder.write(Buffer.from([byte]))).concat(decoder.end()))); }
try { new StringDecoder('nope'); } catch (error) { console.log(error.code, error.message); }
