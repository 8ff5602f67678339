import fs from 'node:fs';
import os from 'node:os';
import type { DirectoryEntry, FileSystem } from '../../fs/types.ts';

/** Runs a call of Node's fs; its error becomes -errno. */
export function attempt<T>(call: () => T): T | number {
  try {
    return call();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const number = code === undefined ? undefined : (os.constants.errno as Record<string, number>)[code];
    if (number === undefined) throw error;
    return -number;
  }
}

export function fill(out: Float64Array | BigInt64Array, offset: number, found: fs.BigIntStats): number {
  const billion = 1_000_000_000n;
  const time = (nanoseconds: bigint): bigint[] => [nanoseconds / billion, nanoseconds % billion];
  const fields = [
    found.dev,
    found.mode,
    found.nlink,
    found.uid,
    found.gid,
    found.rdev,
    found.blksize,
    found.ino,
    found.size,
    found.blocks,
    ...time(found.atimeNs),
    ...time(found.mtimeNs),
    ...time(found.ctimeNs),
    ...time(found.birthtimeNs),
  ];
  fields.forEach((value, index) => {
    if (out instanceof BigInt64Array) out[offset + index] = value;
    else out[offset + index] = Number(value);
  });
  return 0;
}

const done = (call: () => unknown): number => {
  const result = attempt(call);
  return typeof result === 'number' && result < 0 ? result : 0;
};

function entryType(entry: fs.Dirent): number {
  if (entry.isFile()) return 1;
  if (entry.isDirectory()) return 2;
  if (entry.isSymbolicLink()) return 3;
  if (entry.isFIFO()) return 4;
  if (entry.isSocket()) return 5;
  return 6;
}

function missing(name: string): never {
  throw new Error(`NativeFiles has no ${name}`);
}

/** The machine's own files as an engine FileSystem, so that programs run beside the native ones on the same directories. Test use only. */
export const nativeFiles: FileSystem = {
  lookup: (path, follow = true) => attempt(() => (follow ? fs.statSync(path) : fs.lstatSync(path)).ino),
  stat: (path, out, offset = 0) => attempt(() => fill(out, offset, fs.statSync(path, { bigint: true }))),
  lstat: (path, out, offset = 0) => attempt(() => fill(out, offset, fs.lstatSync(path, { bigint: true }))),
  statInode: () => missing('statInode'),
  kind: (path) => attempt(() => (fs.statSync(path).isDirectory() ? 1 : 0)),
  access: (path, mode) => done(() => fs.accessSync(path, mode)),
  realpath: (path) => attempt(() => fs.realpathSync.native(path)),
  readlink: (path) => attempt(() => fs.readlinkSync(path)),
  readdir: (path) =>
    attempt(() =>
      fs.readdirSync(path, { withFileTypes: true }).map((entry): DirectoryEntry => ({ name: entry.name, type: entryType(entry) })),
    ),
  readdirInode: () => missing('readdirInode'),
  pathOf: () => missing('pathOf'),
  usage: () => {
    const found = fs.statfsSync('/');
    return { blockSize: found.bsize, blocks: found.blocks, freeBlocks: found.bavail, inodes: found.files, freeInodes: found.ffree };
  },
  open: () => missing('open'),
  retain: () => missing('retain'),
  release: () => missing('release'),
  read: () => missing('read'),
  write: () => missing('write'),
  size: () => missing('size'),
  truncate: () => missing('truncate'),
  readWhole: () => missing('readWhole'),
  readFile: (path) => attempt(() => new Uint8Array(fs.readFileSync(path))),
  writeFile: (path, data, mode) => done(() => fs.writeFileSync(path, data, mode === undefined ? {} : { mode })),
  mkdir: (path, mode) => done(() => fs.mkdirSync(path, mode)),
  rmdir: (path) => done(() => fs.rmdirSync(path)),
  unlink: (path) => done(() => fs.unlinkSync(path)),
  rename: (from, to) => done(() => fs.renameSync(from, to)),
  link: (existing, path) => done(() => fs.linkSync(existing, path)),
  symlink: (target, path) => done(() => fs.symlinkSync(target, path)),
  mknod: () => missing('mknod'),
  chmod: (path, mode) => done(() => fs.chmodSync(path, mode)),
  chmodInode: () => missing('chmodInode'),
  chown: (path, uid, gid) => done(() => fs.chownSync(path, uid, gid)),
  chownInode: () => missing('chownInode'),
  utimes: (path, atime, mtime, follow = true) =>
    done(() => {
      const now = fs.lstatSync(path);
      (follow ? fs.utimesSync : fs.lutimesSync)(
        path,
        Number.isNaN(atime) ? now.atimeMs / 1000 : atime,
        Number.isNaN(mtime) ? now.mtimeMs / 1000 : mtime,
      );
    }),
  utimesInode: () => missing('utimesInode'),
  changeSequence: () => 0,
  changesSince: () => [],
};
