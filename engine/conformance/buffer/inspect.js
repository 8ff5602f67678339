const { inspect } = require('node:util');
console.log(Buffer.alloc(60), inspect(Buffer.from('a'), { compact: false }), new Uint8Array(120), Buffer.alloc(0));
require('node:buffer').INSPECT_MAX_BYTES = 3;
console.log(Buffer.from('abcdef'));
const extra = Buffer.from('ab'); extra.name = 'named'; console.log(extra);
