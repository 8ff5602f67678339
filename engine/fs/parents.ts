/** From an inode up: the directories that hold it. Under the lock only. */
import { entryAt, entryNameAt, entryNameLength, entryOfInode } from './directory.ts';
import { ENOENT } from './errno.ts';
import { inodeAt } from './inodes.ts';
import { S_IFDIR, S_IFMT } from './constants.ts';
import { H_HIGH_INODE, I_DIR_BLOCK, I_ENTRY, I_MODE, I_NLINK, I_PARENT, ROOT } from './layout.ts';
import type { Inode, Result } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import { type Volume, word } from './volume.ts';

/** A directory that holds `ino`, with the position of its name noted in the inode; 0 when it has no name. */
export function parentOf(volume: Volume, ino: Inode): number {
  const { words } = volume;
  const at = inodeAt(volume, ino);
  if (word(words, at + I_NLINK) === 0) return 0;
  const known = word(words, at + I_PARENT);
  if (known !== 0 && noteEntry(volume, known, ino, at)) return known;
  // One of several names was removed: look for another one everywhere.
  for (let dir = ROOT; dir < word(words, H_HIGH_INODE); dir++) {
    const dirAt = inodeAt(volume, dir);
    if ((word(words, dirAt + I_MODE) & S_IFMT) !== S_IFDIR || word(words, dirAt + I_DIR_BLOCK) === 0) continue;
    if (noteEntry(volume, dir, ino, at)) return dir;
  }
  return 0;
}

/** Absolute path of an inode, by any one of its names. */
export function pathOfInode(volume: Volume, ino: Inode): string | Result {
  let path = '';
  for (let at = ino; at !== ROOT;) {
    const dir = parentOf(volume, at);
    if (dir === 0) return ENOENT;
    const dirAt = inodeAt(volume, dir);
    const place = entryAt(volume, dirAt, word(volume.words, inodeAt(volume, at) + I_ENTRY));
    const start = entryNameAt(volume, dirAt, place);
    path = `/${decodeUtf8(volume.bytes, start, start + entryNameLength(volume, place))}${path}`;
    at = dir;
  }
  return path || '/';
}

/** Whether directory `dir` is `ancestor` or below it. */
export function isWithin(volume: Volume, dir: Inode, ancestor: Inode): boolean {
  for (let at = dir; ; at = word(volume.words, inodeAt(volume, at) + I_PARENT)) {
    if (at === ancestor) return true;
    if (at === ROOT || at === 0) return false;
  }
}

function noteEntry(volume: Volume, dir: Inode, ino: Inode, at: number): boolean {
  const entry = entryOfInode(volume, dir, ino);
  if (entry < 0) return false;
  volume.words[at + I_PARENT] = dir;
  volume.words[at + I_ENTRY] = entry;
  return true;
}
