const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ file: '0123456789' });
for (const flag of ['r', 'r+', 'rs', 'rs+', 'sr', 'w', 'wx', 'xw', 'w+', 'wx+', 'a', 'ax', 'a+', 'ax+', 'as', 'as+', 'x', '', 'R', 99, fs.constants.O_RDWR | fs.constants.O_CREAT, null])
  attempt(() => { const fd = fs.openSync(`new-${String(flag)}`, flag); fs.closeSync(fd); return [flag, 'made or opened']; });
attempt(() => fs.openSync('file', fs.constants.O_CREAT | fs.constants.O_EXCL), () => fs.openSync('.', 'w'), () => fs.openSync('file', fs.constants.O_DIRECTORY), () => fs.openSync('file', 'r', 'mode'), () => fs.openSync('file', 'r', -1), () => fs.openSync('file', {}));
const append = fs.openSync('file', 'a+'); fs.writeSync(append, 'A', 0); const some = Buffer.alloc(20); console.log(fs.readSync(append, some, 0, 20, 0), some.toString('latin1', 0, 11)); fs.closeSync(append);
const plus = fs.openSync('file', 'r+'); fs.writeSync(plus, 'xyz', 5); fs.writeSync(plus, 'Q'); fs.closeSync(plus); console.log(fs.readFileSync('file', 'utf8'));
fs.symlinkSync('file', 'link'); attempt(() => fs.openSync('link', fs.constants.O_NOFOLLOW), () => fs.openSync('link', fs.constants.O_TRUNC | fs.constants.O_WRONLY) > 2, () => fs.statSync('file').size);
