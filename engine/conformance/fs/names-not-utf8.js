const fs = require('node:fs'); const { enterFolder } = require('../attempt.cjs'); enterFolder(); const name = Buffer.from('not-utf8-\xff', 'latin1');
fs.writeFileSync(name, '4'); console.log(fs.readFileSync(name, 'utf8'), fs.readdirSync('.', 'latin1'), fs.readdirSync('.', 'buffer'), fs.readdirSync('.').length);
