const punycode = require('node:punycode'); console.log(punycode.encode('mañana'), punycode.decode('maana-pta'), punycode.toASCII('mañana.com'));
console.log(require('node:module').builtinModules.length, require('node:constants').SIGTERM, require('node:sys') === require('node:util'));
