// node: --no-warnings
const { enterFolder } = require('../attempt.cjs');
const { run } = require('./fixtures/program.cjs');
const fs = require('node:fs');
enterFolder({ 'data/file': 'content of a file', 'data/folder/inner': 'inner', 'data/empty/.keep': '' });
run({ preopens: { '/d': 'data', '/e/../f/': 'data/folder' } }, ({ w, bytes, text, u32, u64, vector, open, view, put }) => {
  const stat = (fd) => {
    bytes().fill(0xee, 0, 24);
    return [w.fd_fdstat_get(fd, 0), bytes(0, 4).toString('hex'), u64(8).toString(16), u64(16).toString(16)];
  };
  console.log(stat(3), stat(4), stat(99));
  console.log(w.fd_prestat_get(3, 0), u32(4), w.fd_prestat_get(4, 0), u32(4), w.fd_prestat_dir_name(4, 100, 8), text(100, 8), w.fd_prestat_dir_name(3, 100, 1));
  const fd = open('file');
  console.log(fd, stat(fd), w.fd_prestat_get(fd, 0), w.fd_prestat_dir_name(fd, 100, 8));
  vector(200, 1000, 7), vector(208, 1010, 4);
  console.log(w.fd_read(fd, 200, 2, 300), u32(300), text(1000, 7), text(1010, 4), w.fd_tell(fd, 304), u64(304));
  console.log(w.fd_read(fd, 200, 2, 300), u32(300), text(1000, 7), w.fd_read(fd, 200, 2, 300), u32(300));
  console.log(w.fd_pread(fd, 200, 1, 11n, 300), u32(300), text(1000, 7), w.fd_pread(fd, 200, 1, 2n ** 63n, 300), w.fd_pread(fd, 200, 1, 99n, 300), u32(300), w.fd_tell(fd, 304), u64(304));
  console.log(w.fd_seek(fd, 3n, 0, 304), u64(304), w.fd_seek(fd, -1n, 1, 304), u64(304), w.fd_seek(fd, -2n, 2, 304), u64(304), w.fd_seek(fd, -99n, 1, 304), w.fd_seek(fd, 0n, 3, 304));
  console.log(w.fd_write(fd, 200, 1, 300), w.fd_pwrite(fd, 200, 1, 0n, 300), w.fd_filestat_set_size(fd, 3n), w.fd_allocate(fd, 0n, 3n), w.fd_datasync(fd), w.fd_sync(fd), w.fd_sync(3), w.fd_datasync(3));
  const made = open('made', { flags: 1 | 4, rights: 0xffffffen });
  console.log(made, stat(made), open('made', { flags: 1 | 4 }), fs.statSync('data/made').mode.toString(8));
  put(1000, 'written');
  console.log(w.fd_write(made, 200, 2, 300), u32(300), w.fd_pwrite(made, 200, 1, 20n, 300), u32(300), fs.readFileSync('data/made').length, w.fd_write(made, 65530, 1, 300), w.fd_write(made, 200, 0, 300), u32(300));
  vector(200, 65530, 50);
  console.log(w.fd_read(fd, 200, 1, 300), w.fd_read(77, 200, 1, 300), w.fd_write(77, 200, 0, 300), w.fd_write(77, 200, 0, 65534));
  console.log(w.fd_filestat_set_size(made, 5n), fs.statSync('data/made').size, w.fd_allocate(made, 2n, 8n), fs.statSync('data/made').size, w.fd_allocate(made, 0n, 0n), w.fd_allocate(made, 0n, 1n), fs.statSync('data/made').size);
  console.log([0, 5, 6].map((advice) => w.fd_advise(made, 0n, 0n, advice)), w.fd_advise(3, 0n, 0n, 0), w.fd_advise(99, 0n, 0n, 0));
  console.log(w.fd_fdstat_set_flags(made, 1), stat(made)[1], w.fd_seek(made, 0n, 0, 304), vector(200, 1000, 7), w.fd_write(made, 200, 1, 300), fs.statSync('data/made').size, w.fd_fdstat_set_flags(made, 0), stat(made)[1], w.fd_fdstat_set_flags(99, 0));
  console.log(w.fd_filestat_set_times(made, 1_500_000_000_999_999_999n, 1_400_000_000_000_000_000n, 1 | 4), fs.statSync('data/made').atimeMs, fs.statSync('data/made').mtimeMs);
  console.log(w.fd_filestat_set_times(made, 7n, 1_300_000_000_000_000_000n, 4), fs.statSync('data/made').atimeMs, fs.statSync('data/made').mtimeMs, w.fd_filestat_set_times(made, 0n, 0n, 3), w.fd_filestat_set_times(made, 0n, 0n, 16), w.fd_filestat_set_times(99, 0n, 0n, 3));
  bytes().fill(0xee, 500, 564);
  console.log(w.fd_filestat_get(made, 500), view().getUint8(516), u64(524), u64(532), u64(540), u64(548), u64(508) === BigInt(fs.statSync('data/made').ino), bytes(517, 7).toString('hex'));
  console.log(w.fd_filestat_get(3, 500), view().getUint8(516), w.fd_filestat_get(99, 500), w.fd_filestat_get(3, 65500));
  console.log(w.fd_fdstat_set_rights(made, 2n ** 40n, 0n), w.fd_fdstat_set_rights(made, 2n, 0n), stat(made), w.fd_write(made, 200, 1, 300), w.fd_fdstat_set_rights(made, 6n, 0n), w.fd_fdstat_set_rights(made, 2n, 1n));
  console.log(w.fd_renumber(made, made), w.fd_renumber(made, 99), w.fd_renumber(99, made), w.fd_renumber(made, fd), stat(made)[0], stat(fd), open('file'));
  console.log(w.fd_close(fd), w.fd_close(fd), stat(fd)[0], open('file'), w.fd_close(3), open('file'), open('inner', { directory: 4 }));
});
