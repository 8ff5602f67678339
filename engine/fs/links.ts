/** The steps that making, moving and removing names are made of (tree.ts). Each leaves one inode whole for readers. Under the lock only. */
import { S_IFDIR, S_IFMT } from './constants.ts';
import { freeFrom } from './data.ts';
import { addEntry, freeTable, removeEntry } from './directory.ts';
import { beginChange, CTIME, endChange, freeInode, inodeAt, MTIME, setTime } from './inodes.ts';
import { H_STRUCTURE, I_BLOCKS, I_MODE, I_NLINK, I_PARENT, I_REFS } from './layout.ts';
import type { Name } from './name.ts';
import { type Volume, word } from './volume.ts';

/** Gives an inode a name; false when the directory cannot grow. */
export function addName(volume: Volume, dir: number, name: Name, ino: number, type: number, now: number): boolean {
  const at = inodeAt(volume, dir);
  beginChange(volume, at);
  const added = addEntry(volume, dir, name, ino, type);
  if (added) touch(volume, at, now);
  endChange(volume, at);
  return added;
}

/** Removes the name at position `entry` of a directory; `unlinked` does the rest. */
export function removeName(volume: Volume, dir: number, entry: number, ino: number, now: number): void {
  const { words } = volume;
  const dirAt = inodeAt(volume, dir);
  const at = inodeAt(volume, ino);
  beginChange(volume, dirAt);
  removeEntry(volume, dir, entry);
  touch(volume, dirAt, now);
  endChange(volume, dirAt);
  if (word(words, at + I_PARENT) === dir) words[at + I_PARENT] = 0;
}

/** The inode lost `links` names; it goes with the last one, unless somebody has it open. */
export function unlinked(volume: Volume, ino: number, links: number, now: number): void {
  const { words } = volume;
  const at = inodeAt(volume, ino);
  beginChange(volume, at);
  const left = word(words, at + I_NLINK) - links;
  words[at + I_NLINK] = left;
  setTime(volume, at, CTIME, now);
  if (left <= 0 && word(words, at + I_REFS) === 0) freeWithData(volume, ino, at);
  endChange(volume, at);
}

/** Frees an inode that is being changed, and what it holds. */
export function freeWithData(volume: Volume, ino: number, at: number): void {
  if ((word(volume.words, at + I_MODE) & S_IFMT) === S_IFDIR) freeTable(volume, at);
  else if (word(volume.words, at + I_BLOCKS) > 0) freeFrom(volume, at, 0);
  freeInode(volume, ino);
}

/** A directory got (1) or lost (-1) a subdirectory, whose `..` counts as a link. */
export function countSubdirectory(volume: Volume, dir: number, by: 1 | -1): void {
  const at = inodeAt(volume, dir);
  beginChange(volume, at);
  volume.words[at + I_NLINK] = word(volume.words, at + I_NLINK) + by;
  endChange(volume, at);
}

/** Content changed now. */
export function touch(volume: Volume, at: number, now: number): void {
  setTime(volume, at, MTIME, now);
  setTime(volume, at, CTIME, now);
}

/** Before and after a change of what paths lead through: found paths are looked up again. */
export function countStructure(volume: Volume): void {
  Atomics.add(volume.words, H_STRUCTURE, 1);
}
