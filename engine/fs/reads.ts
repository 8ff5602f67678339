/** What readers read of an inode (reader.ts): each may meet what a writer has half done, and its answer is then thrown away. */
import { PATH_MAX, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './constants.ts';
import { copyAll, copyOut } from './data.ts';
import { entryAt, entryIno, entryNameAt, entryNameLength, entryType } from './directory.ts';
import { EBADF, EINVAL, EISDIR, ENOTDIR } from './errno.ts';
import { sizeOf } from './inodes.ts';
import { I_DIR_USED, I_MODE } from './layout.ts';
import { fillStat } from './stat.ts';
import type { DirectoryEntry, Inode, Result } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import { type Volume, word } from './volume.ts';

/** `st_mode`; EBADF of a free inode. */
export function readMode(volume: Volume, _ino: Inode, at: number): Result {
  return word(volume.words, at + I_MODE) || EBADF;
}

export function readSize(volume: Volume, _ino: Inode, at: number): Result {
  return word(volume.words, at + I_MODE) === 0 ? EBADF : sizeOf(volume, at);
}

export function readStat(volume: Volume, ino: Inode, at: number, out: Float64Array | BigInt64Array, offset: number): Result {
  if (word(volume.words, at + I_MODE) === 0) return EBADF;
  fillStat(volume, ino, at, out, offset);
  return 0;
}

/** Bytes from `position` on; how many, 0 at the end. */
export function readRange(volume: Volume, _ino: Inode, at: number, target: Uint8Array, position: number): Result {
  const error = dataError(volume, at);
  if (error < 0) return error;
  const length = Math.min(target.length, sizeOf(volume, at) - position);
  if (!(length > 0)) return 0;
  copyOut(volume, at, target, 0, position, length);
  return length;
}

/** The file's size; its bytes are in `target` when they fit. */
export function readWhole(volume: Volume, _ino: Inode, at: number, target: Uint8Array): Result {
  const error = dataError(volume, at);
  if (error < 0) return error;
  const size = sizeOf(volume, at);
  if (size <= target.length) copyOut(volume, at, target, 0, 0, size);
  return size;
}

export function readAll(volume: Volume, _ino: Inode, at: number): Uint8Array | Result {
  const error = dataError(volume, at);
  return error < 0 ? error : copyAll(volume, at);
}

/** Where a symlink leads. */
export function readTarget(volume: Volume, _ino: Inode, at: number): string | Result {
  if ((word(volume.words, at + I_MODE) & S_IFMT) !== S_IFLNK) return EINVAL;
  const bytes = new Uint8Array(Math.min(PATH_MAX, sizeOf(volume, at)));
  copyOut(volume, at, bytes, 0, 0, bytes.length);
  return decodeUtf8(bytes, 0, bytes.length);
}

export function readEntries(volume: Volume, _ino: Inode, at: number): DirectoryEntry[] | Result {
  const type = word(volume.words, at + I_MODE) & S_IFMT;
  if (type !== S_IFDIR) return type === 0 ? EBADF : ENOTDIR;
  const entries: DirectoryEntry[] = [];
  const used = word(volume.words, at + I_DIR_USED);
  for (let entry = 0; entry < used; entry++) {
    const place = entryAt(volume, at, entry);
    if (entryIno(volume, place) === 0) continue;
    const start = entryNameAt(volume, at, place);
    entries.push({ name: decodeUtf8(volume.bytes, start, start + entryNameLength(volume, place)), type: entryType(volume, place) });
  }
  return entries;
}

/** 0 when the inode has bytes that can be read and written. */
export function dataError(volume: Volume, at: number): Result {
  const mode = word(volume.words, at + I_MODE);
  const type = mode & S_IFMT;
  return type === S_IFREG ? 0 : mode === 0 ? EBADF : type === S_IFDIR ? EISDIR : EINVAL;
}
