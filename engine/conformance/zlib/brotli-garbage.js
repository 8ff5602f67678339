const zlib = require('node:zlib'); const { attempt } = require('../attempt.cjs'); attempt(() => zlib.brotliDecompressSync(Buffer.from('xxxx')));
