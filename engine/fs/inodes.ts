import {
  H_FREE_INODE_HEAD,
  H_FREE_INODE_QUEUE,
  H_FREE_INODE_TAIL,
  H_FREE_INODES,
  H_HIGH_INODE,
  I_GID,
  I_MODE,
  I_NANOSECONDS,
  I_NLINK,
  I_REFS,
  I_SECONDS,
  I_SEQ,
  I_SIZE,
  I_UID,
  INODE_SHIFT,
  INODE_WORDS,
  ROOT,
} from './layout.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/** Freed inodes that must wait in the queue before the oldest comes back, while fresh ones are left. */
const QUEUE_LENGTH = 1024;

export const ATIME = 0;
export const MTIME = 1;
export const CTIME = 2;
export const BIRTHTIME = 3;

/** Word number of an inode's record. */
export function inodeAt(volume: Volume, ino: number): number {
  return volume.inodeTable + (ino << INODE_SHIFT);
}

export function isInode(volume: Volume, ino: number): boolean {
  return ino >= ROOT && ino < volume.inodes && Number.isInteger(ino);
}

/** Readers that look at this inode from now on will look again after `endChange`. */
export function beginChange(volume: Volume, at: number): void {
  Atomics.add(volume.words, at + I_SEQ, 1);
}

export function endChange(volume: Volume, at: number): void {
  Atomics.add(volume.words, at + I_SEQ, 1);
}

/** A cleared inode that is marked as changing (call `endChange` when it is filled), or 0 when there is none left. */
export function allocateInode(volume: Volume, mode: number, uid: number, gid: number, now: number): number {
  const { words } = volume;
  const high = word(words, H_HIGH_INODE);
  let ino: number;
  if (high < volume.inodes && word(words, H_FREE_INODE_QUEUE) < QUEUE_LENGTH) {
    ino = high;
    words[H_HIGH_INODE] = high + 1;
  } else {
    ino = word(words, H_FREE_INODE_HEAD);
    if (ino === 0) return 0;
    const next = word(words, inodeAt(volume, ino) + I_REFS);
    words[H_FREE_INODE_HEAD] = next;
    if (next === 0) words[H_FREE_INODE_TAIL] = 0;
    words[H_FREE_INODE_QUEUE] = word(words, H_FREE_INODE_QUEUE) - 1;
  }
  words[H_FREE_INODES] = word(words, H_FREE_INODES) - 1;
  const at = inodeAt(volume, ino);
  beginChange(volume, at);
  for (let i = I_MODE; i < INODE_WORDS; i++) words[at + i] = 0;
  words[at + I_MODE] = mode;
  words[at + I_UID] = uid;
  words[at + I_GID] = gid;
  for (let time = ATIME; time <= BIRTHTIME; time++) setTime(volume, at, time, now);
  return ino;
}

/** Gives the number back. The caller has freed its blocks and marked it as changing. */
export function freeInode(volume: Volume, ino: number): void {
  const { words } = volume;
  const at = inodeAt(volume, ino);
  words[at + I_MODE] = 0;
  words[at + I_NLINK] = 0;
  words[at + I_REFS] = 0;
  const tail = word(words, H_FREE_INODE_TAIL);
  if (tail === 0) words[H_FREE_INODE_HEAD] = ino;
  else words[inodeAt(volume, tail) + I_REFS] = ino;
  words[H_FREE_INODE_TAIL] = ino;
  words[H_FREE_INODE_QUEUE] = word(words, H_FREE_INODE_QUEUE) + 1;
  words[H_FREE_INODES] = word(words, H_FREE_INODES) + 1;
}

export function sizeOf(volume: Volume, at: number): number {
  return volume.float[(at + I_SIZE) >> 1] ?? 0;
}

export function setSize(volume: Volume, at: number, size: number): void {
  volume.float[(at + I_SIZE) >> 1] = size;
}

/** `now` in milliseconds since the epoch; fractions count. */
export function setTime(volume: Volume, at: number, which: number, now: number): void {
  const seconds = Math.floor(now / 1000);
  setTimeParts(volume, at, which, seconds, Math.min(999_999_999, Math.round((now - seconds * 1000) * 1e6)));
}

export function setTimeParts(volume: Volume, at: number, which: number, seconds: number, nanoseconds: number): void {
  volume.float[((at + I_SECONDS) >> 1) + which] = seconds;
  volume.words[at + I_NANOSECONDS + which] = nanoseconds;
}
