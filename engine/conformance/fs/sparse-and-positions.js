const fs = require('node:fs'); const { enterFolder } = require('../attempt.cjs'); enterFolder();
const fd = fs.openSync('file', 'w+'); console.log(fs.writeSync(fd, 'end', 10), fs.fstatSync(fd).size, fs.readFileSync('file'));
fs.ftruncateSync(fd, 4); console.log(fs.readFileSync('file'), fs.writeSync(fd, 'now'), fs.readFileSync('file', 'utf8')); fs.ftruncateSync(fd, 6); console.log(fs.readFileSync('file'));
const bytes = Buffer.alloc(3); console.log(fs.readSync(fd, bytes, 0, 3, 0), fs.readSync(fd, bytes), fs.readSync(fd, bytes), fs.readSync(fd, bytes), bytes);
fs.writeFileSync(fd, 'whole'); console.log(fs.readFileSync('file', 'latin1').length); console.log(fs.readFileSync(fd, 'utf8')); fs.appendFileSync(fd, '+'); console.log(fs.readFileSync('file')); fs.closeSync(fd);
