const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ 'file': 'text', 'folder/inner': '' });
attempt(
  () => fs.readFileSync('none'), () => fs.readFileSync('folder'), () => fs.readFileSync('file/below'), () => fs.readFileSync('file', 'no-such-encoding'),
  () => fs.writeFileSync('folder', 'x'), () => fs.writeFileSync('none/x', 'x'), () => fs.writeFileSync('file', 5), () => fs.writeFileSync('file', {}), () => fs.writeFileSync('file', 'x', { flag: 'zz' }), () => fs.writeFileSync('file', 'x', { flag: 'wx' }),
  () => fs.appendFileSync('folder', 'x'), () => fs.readFileSync(undefined), () => fs.readFileSync(''), () => fs.readFileSync('a\0b'), () => fs.readFileSync(new URL('http://example.com/')), () => fs.readFileSync('file', 5),
  () => fs.truncateSync('none'), () => fs.truncateSync('file', -1), () => fs.truncateSync('file', 1.5), () => fs.truncateSync('folder'), () => fs.readFileSync(-1), () => fs.readFileSync(9999),
);
