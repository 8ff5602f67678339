const querystring = require('node:querystring');
console.log(querystring.parse('a=1&b=2&a=3&c&d=%20+x&=e'), querystring.stringify({ a: [1, 2], b: 'ü &', c: true, d: null, e: NaN }), querystring.escape('a b/ü'), querystring.unescape('%zz%20'), querystring.parse('a:1;b:2', ';', ':'));
