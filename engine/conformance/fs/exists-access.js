const fs = require('node:fs'); const { attempt, attemptAsync, enterFolder } = require('../attempt.cjs'); enterFolder({ file: '' });
console.log(fs.existsSync('file'), fs.existsSync('none'), fs.existsSync(), fs.existsSync(5), fs.existsSync({}), fs.existsSync('a\0b'), fs.existsSync(new URL('file:///dev/null')), fs.existsSync(Buffer.from('file')), fs.existsSync(''));
fs.exists('file', (yes) => { console.log(yes); fs.exists('none', (yes) => { console.log(yes); attemptAsync(() => fs.promises.access('file'), () => fs.promises.access('none'), () => fs.promises.access('file', 99), () => fs.promises.access(7)); }); });
attempt(() => fs.exists('file'), () => fs.access('file'), () => fs.access('file', 'x', () => {}), () => fs.accessSync('file', fs.constants.R_OK | fs.constants.W_OK));
