// node: --no-warnings
const { enterFolder } = require('../attempt.cjs');
const { run } = require('./fixtures/program.cjs');
const fs = require('node:fs');
enterFolder({ 'data/one/only': 'x', 'data/file': 'content', 'data/ä': '', 'data/folder/inner': 'inner' });
fs.symlinkSync('file', 'data/link');
run({ preopens: { '/d': 'data', '/one': 'data/one', '/empty': fs.mkdtempSync('empty-') } }, ({ w, view, bytes, text, u32, u64, open }) => {
  const read = (fd, size, cookie = 0n) => {
    bytes().fill(0xee, 1000, 1000 + size);
    const error = w.fd_readdir(fd, 1000, size, cookie, 500);
    const entries = [];
    const used = u32(500);
    for (let at = 1000; error === 0 && at + 24 <= 1000 + used; ) {
      const length = u32(at + 16);
      entries.push([u64(at), u64(at + 8), view().getUint8(at + 20), text(at + 24, Math.min(length, 1000 + used - at - 24)), length]);
      at += 24 + length;
    }
    return [error, error === 0 ? used : undefined, entries];
  };
  const [error, used, entries] = read(3, 4096);
  console.log(error, used, entries.map(([next, ino, type, name]) => `${name} ${type} ${ino}`).sort(), entries.map(([next]) => next));
  console.log(read(3, 4096, 2n)[2].length, read(3, 4096, 99n), read(4, 4096), read(5, 100));
  console.log(read(4, 10), read(4, 24), read(4, 26), read(4, 28), read(4, 29), read(4, 0));
  console.log(w.fd_readdir(4, 65530, 10, 0n, 500), w.fd_readdir(4, 1000, 10, 0n, 65534), w.fd_readdir(99, 1000, 10, 0n, 500), w.fd_readdir(1, 1000, 10, 0n, 500), w.fd_readdir(open('file'), 1000, 10, 0n, 500), w.fd_readdir(4, 1000, 10, 0, 500));
});
