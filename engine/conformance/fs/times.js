const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ file: '' }); fs.symlinkSync('file', 'link');
const show = (name) => { const { atimeMs, mtimeMs } = fs.lstatSync(name); console.log(name, atimeMs, mtimeMs); };
fs.utimesSync('file', 1, 2); show('file'); fs.utimesSync('file', 1.5, 2.25); show('file'); fs.utimesSync('file', '100', new Date(5000)); show('file'); fs.utimesSync('link', 7, 8); show('file'); fs.lutimesSync('link', 9, 10); show('link'); show('file');
const fd = fs.openSync('file', 'r+'); fs.futimesSync(fd, 11, 12); show('file'); console.log(fs.fstatSync(fd, { bigint: true }).mtimeNs); fs.closeSync(fd);
attempt(() => fs.utimesSync('none', 1, 1), () => fs.utimesSync('file', 'a', 1), () => fs.utimesSync('file', {}, 1), () => fs.utimesSync('file'), () => fs.lutimesSync('none', 1, 1));
fs.utimes('file', 3, 4, (error) => { console.log(error); show('file'); fs.promises.lutimes('link', 5, 6).then(() => show('link')); });
