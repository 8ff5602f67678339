import { STAT_FIELDS } from '../../fs/types.ts';
import type { System } from '../../system/types.ts';
import { ENOENT } from '../errno.ts';

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

/** A stat record by name. Times in milliseconds since the epoch, with fractions. */
export interface Stat {
  readonly dev: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly blockSize: number;
  readonly ino: number;
  readonly size: number;
  /** 512-byte blocks. */
  readonly blocks: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly birthtime: number;
  /** Nanoseconds within the second of mtime. */
  readonly mtimeNanoseconds: number;
}

const record = new Float64Array(STAT_FIELDS);

function read(): Stat {
  const at = (index: number): number => record[index] ?? 0;
  const time = (index: number): number => at(index) * 1000 + at(index + 1) / 1e6;
  return {
    dev: at(0),
    mode: at(1),
    nlink: at(2),
    uid: at(3),
    gid: at(4),
    rdev: at(5),
    blockSize: at(6),
    ino: at(7),
    size: at(8),
    blocks: at(9),
    atime: time(10),
    mtime: time(12),
    ctime: time(14),
    birthtime: time(16),
    mtimeNanoseconds: at(13),
  };
}

/** Stat of a path relative to the current directory, or -errno. */
export function stat(system: System, path: string): Stat | number {
  if (path === '') return -ENOENT;
  const result = system.files.stat(system.resolve(path), record);
  return result < 0 ? result : read();
}

export function lstat(system: System, path: string): Stat | number {
  if (path === '') return -ENOENT;
  const result = system.files.lstat(system.resolve(path), record);
  return result < 0 ? result : read();
}

export function fstat(system: System, fd: number): Stat | number {
  const result = system.stat(fd, record);
  return result < 0 ? result : read();
}

export function isDirectory(found: Stat | number): boolean {
  return typeof found !== 'number' && (found.mode & S_IFMT) === S_IFDIR;
}

export function isLink(found: Stat | number): boolean {
  return typeof found !== 'number' && (found.mode & S_IFMT) === S_IFLNK;
}
