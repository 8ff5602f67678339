const assert = require('node:assert'); function check(value) { assert.deepStrictEqual(value, { list: [1, 2], name: 'b' }); } check({ list: [1, 3], name: 'a' });
