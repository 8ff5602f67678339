const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ file: 'kept' });
const fd = fs.openSync('file', 'r+'); fs.unlinkSync('file'); console.log(fs.existsSync('file'), fs.fstatSync(fd).nlink, fs.readFileSync(fd, 'utf8')); fs.writeSync(fd, 'more'); const bytes = Buffer.alloc(8); console.log(fs.readSync(fd, bytes, 0, 8, 0), String(bytes));
fs.writeFileSync('file', 'another'); console.log(fs.fstatSync(fd).ino === fs.statSync('file').ino); fs.closeSync(fd); attempt(() => fs.readSync(fd, bytes));
fs.mkdirSync('d'); const dir = fs.opendirSync('d'); fs.rmdirSync('d'); console.log(dir.readSync()); dir.closeSync(); attempt(() => dir.closeSync(), () => dir.readSync());
fs.writeFileSync('a', '1'); fs.linkSync('a', 'b'); console.log(fs.statSync('a').nlink, fs.statSync('a').ino === fs.statSync('b').ino); fs.writeFileSync('b', '22'); console.log(fs.readFileSync('a', 'utf8')); fs.unlinkSync('a'); console.log(fs.statSync('b').nlink);
