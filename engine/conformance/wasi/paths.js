// node: --no-warnings
const { enterFolder } = require('../attempt.cjs');
const { run } = require('./fixtures/program.cjs');
const fs = require('node:fs');
enterFolder({ 'outside': 'out', 'data/file': 'content', 'data/folder/inner': 'inner' });
fs.symlinkSync('file', 'data/to-file');
fs.symlinkSync('folder', 'data/to-folder');
fs.symlinkSync('../outside', 'data/to-outside');
fs.symlinkSync('/d/file', 'data/to-absolute');
fs.symlinkSync('loop', 'data/loop');
fs.symlinkSync('none', 'data/dangling');
fs.symlinkSync('../to-file', 'data/folder/up');
run({ preopens: { '/d': 'data', '.': 'data/folder', 'a/b': 'data' } }, ({ w, put, text, u32, u64, open, view }) => {
  const opened = (path, options) => {
    const fd = open(path, options);
    if (typeof fd === 'number') w.fd_close(fd);
    return typeof fd === 'number' ? 'opened' : fd;
  };
  for (const path of ['file', './file', 'folder/../file', 'folder//inner', 'file/', 'folder/', 'folder', '', '.', '..', '../outside', 'folder/../../outside', '/d/file', 'none', 'none/x', 'file/x', 'a\0b', 'file\0', 'to-file', 'to-folder/inner', 'to-outside', 'to-absolute', 'loop', 'dangling', 'folder/up'])
    console.log(JSON.stringify(path), opened(path), opened(path, { lookup: 1 }));
  for (const path of ['inner', './inner', '../file', '..', 'up', '../folder/inner']) console.log('from .', path, opened(path, { directory: 4 }), opened(path, { directory: 4, lookup: 1 }));
  for (const path of ['file', '../file', '../b/file', '../../a/b/file', '../bb']) console.log('from a/b', path, opened(path, { directory: 5 }));
  console.log(opened('file', { flags: 2 }), opened('folder', { flags: 2 }), opened('folder', { rights: 0x40n }), opened('file', { flags: 8, rights: 0x46n }), fs.statSync('data/file').size);
  console.log(opened('file', { rights: 1n << 28n }), opened('file', { rights: 0n, inheriting: 1n << 28n }), opened('file', { directory: 99 }), opened('file', { directory: 0 }), opened('new', { flags: 1, rights: 0x40n, mode: 1 }), opened('new', { mode: 2 | 16 | 4 | 8 }));
  console.log(w.path_open(3, 0, 65530, 10, 0, 0n, 0n, 0, 0), w.path_open(3, 0, 0, 1, 0, 0n, 0n, 0, 65535), w.path_open(3, 0, 0, 1, 0, 0, 0n, 0, 0));
  fs.writeFileSync('data/file', 'content');
  const directory = open('folder', { flags: 2, rights: 0x7ffffffn & ~0x5n & ~0x400166n });
  console.log(directory, w.path_create_directory(3, ...put(0, 'dir')), w.path_create_directory(3, ...put(0, 'dir')), w.path_create_directory(3, ...put(0, '../dir')), w.path_create_directory(3, ...put(0, 'no/dir')), fs.statSync('data/dir').mode.toString(8));
  console.log(w.path_remove_directory(3, ...put(0, 'dir')), w.path_remove_directory(3, ...put(0, 'dir')), w.path_remove_directory(3, ...put(0, 'folder')), w.path_remove_directory(3, ...put(0, 'file')));
  const stat = (path, lookup = 0) => [w.path_filestat_get(3, lookup, ...put(0, path), 1000), view().getUint8(1016)];
  console.log(stat('file'), stat('to-file'), stat('to-file', 1), stat('folder'), stat('none')[0], stat('to-outside', 1)[0], stat('loop', 1)[0]);
  console.log(stat('to-file'), u64(1024), u64(1032), stat('file'), u64(1024), u64(1032));
  console.log(w.path_filestat_set_times(3, 0, ...put(0, 'file'), 1_500_000_000_000_000_000n, 1_400_000_000_000_000_000n, 5), fs.statSync('data/file').atimeMs, fs.statSync('data/file').mtimeMs);
  console.log(w.path_filestat_set_times(3, 0, ...put(0, 'to-file'), 1_200_000_000_000_000_000n, 0n, 1), fs.statSync('data/file').atimeMs, fs.lstatSync('data/to-file').atimeMs, w.path_filestat_set_times(3, 1, ...put(0, 'to-file'), 1_200_000_000_000_000_000n, 0n, 1), fs.statSync('data/file').atimeMs, w.path_filestat_set_times(3, 0, ...put(0, 'none'), 0n, 0n, 2));
  console.log(w.path_link(3, 0, ...put(0, 'file'), 3, ...put(100, 'linked')), fs.statSync('data/linked').nlink, w.path_link(3, 0, ...put(0, 'file'), 3, ...put(100, 'linked')), w.path_link(3, 0, ...put(0, 'none'), 4, ...put(100, 'x')), w.path_link(3, 0, ...put(0, 'file'), 99, ...put(100, 'x')), w.path_link(3, 1, ...put(0, 'to-file'), 4, ...put(100, 'x')), fs.readdirSync('data/folder').sort());
  console.log(w.path_rename(3, ...put(0, 'linked'), 4, ...put(100, 'moved')), fs.existsSync('data/folder/moved'), w.path_rename(3, ...put(0, 'linked'), 3, ...put(100, 'moved')), w.path_rename(3, ...put(0, 'folder'), 3, ...put(100, 'file')), w.path_rename(3, ...put(0, 'file'), 3, ...put(100, '../x')));
  const link = (path, size = 50) => (view().setUint32(200, 0, true), [w.path_readlink(3, ...put(0, path), 1000, size, 200), u32(200), text(1000, u32(200))]);
  console.log(link('to-file'), link('to-file', 4), link('to-file', 5), link('to-outside'), link('file'), link('none'));
  console.log(w.path_symlink(...put(0, 'file'), 3, ...put(100, 'made')), fs.readlinkSync('data/made'), w.path_symlink(...put(0, '/x'), 3, ...put(100, 'made2')), w.path_symlink(...put(0, '../x'), 3, ...put(100, 'made2')), w.path_symlink(...put(0, 'x'), 3, ...put(100, 'made')), w.path_symlink(...put(0, 'x'), 99, ...put(100, 'made')));
  console.log(w.path_unlink_file(3, ...put(0, 'made')), w.path_unlink_file(3, ...put(0, 'made')), w.path_unlink_file(3, ...put(0, 'folder')), w.path_unlink_file(3, ...put(0, '../outside')), w.path_unlink_file(3, 65536, 0), fs.existsSync('outside'));
});
