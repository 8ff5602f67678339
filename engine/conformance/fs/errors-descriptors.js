const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ file: 'some text' });
const read = fs.openSync('file', 'r'), write = fs.openSync('file', 'a'); const bytes = Buffer.alloc(4);
attempt(
  () => fs.closeSync(9999), () => fs.closeSync(-1), () => fs.closeSync('1'), () => fs.closeSync(1.5), () => fs.fstatSync(9999), () => fs.fsyncSync(9999), () => fs.ftruncateSync(read, 1), () => fs.ftruncateSync(9999), () => fs.writeSync(read, 'x'), () => fs.readSync(write, bytes),
  () => fs.readSync(read, 'no buffer'), () => fs.readSync(read, bytes, 5), () => fs.readSync(read, bytes, 0, 5), () => fs.readSync(read, bytes, 0, -1), () => fs.readSync(read, bytes, -1), () => fs.readSync(read, bytes, 0, 4, 1.5), () => fs.readSync(read, bytes, 0, 4, -1), () => fs.readSync(read, Buffer.alloc(0)), () => fs.readSync(read, bytes, 0, 2, 100), () => fs.readSync(read, bytes, { offset: 1, length: 2, position: 0n }), () => fs.readSync(read, bytes, { length: 9 }),
  () => fs.writeSync(write, bytes, 5), () => fs.writeSync(write, bytes, 0, 9), () => fs.writeSync(write, 'abc', 'zz'), () => fs.writeSync(write, 5), () => fs.writeSync(write, 'é', null, 'latin1'), () => fs.readFileSync('file').length, () => fs.fchmodSync(read, 'no'), () => fs.futimesSync(read, 'x', 1), () => fs.fdatasyncSync(write), () => fs.readvSync(read, 'x'), () => fs.writevSync(write, [5]),
);
