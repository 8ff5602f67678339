import { allocateRun, blockWord, freeRun } from './blocks.ts';
import { inodeAt } from './inodes.ts';
import {
  BLOCK_SIZE,
  ENTRY_WORDS,
  I_BLOCKS,
  I_DIR_BLOCK,
  I_DIR_BLOCKS,
  I_DIR_CAPACITY,
  I_DIR_HEAP,
  I_DIR_LIVE,
  I_DIR_REMOVALS,
  I_DIR_USED,
  I_ENTRY,
  I_PARENT,
  MIN_CAPACITY,
} from './layout.ts';
import type { Name } from './name.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/*
 * Directories as hash tables (the diagram is in layout.ts). `findEntry` and `entryText` are also called by readers without the lock:
 * they end and do not fail whatever they meet.
 */

const REMOVED = -1;
const LENGTH_MASK = 0xff;
const TYPE_SHIFT = 12;
const HASH_MULTIPLIER = 0x9e3779b1;

/** Word number of an entry: hash, inode, name offset, length and type. */
export function entryAt(volume: Volume, at: number, entry: number): number {
  const { words } = volume;
  return blockWord(word(words, at + I_DIR_BLOCK)) + 2 * word(words, at + I_DIR_CAPACITY) + entry * ENTRY_WORDS;
}

export function entryIno(volume: Volume, place: number): number {
  return word(volume.words, place + 1);
}

/** UV_DIRENT_* type. */
export function entryType(volume: Volume, place: number): number {
  return word(volume.words, place + 3) >>> TYPE_SHIFT;
}

export function entryNameLength(volume: Volume, place: number): number {
  return word(volume.words, place + 3) & LENGTH_MASK;
}

/** Byte number of an entry's name. */
export function entryNameAt(volume: Volume, at: number, place: number): number {
  return heapAt(volume, at) + word(volume.words, place + 2);
}

/** Number of the entry called `name`, or -1. */
export function findEntry(volume: Volume, at: number, name: Name): number {
  const { words, bytes } = volume;
  const block = word(words, at + I_DIR_BLOCK);
  if (block === 0) return -1;
  const capacity = word(words, at + I_DIR_CAPACITY);
  const mask = 2 * capacity - 1;
  const table = blockWord(block);
  const entries = table + 2 * capacity;
  const heap = (entries + capacity * ENTRY_WORDS) * 4;
  const { hash, length, bytes: wanted } = name;
  let slot = (Math.imul(hash, HASH_MULTIPLIER) >>> 7) & mask;
  for (let tries = 0; tries <= mask; tries++) {
    const value = word(words, table + slot);
    if (value === 0) return -1;
    slot = (slot + 1) & mask;
    if (value === REMOVED) continue;
    const place = entries + (value - 1) * ENTRY_WORDS;
    if (words[place] !== hash || (word(words, place + 3) & LENGTH_MASK) !== length) continue;
    const start = heap + word(words, place + 2);
    let i = 0;
    while (i < length && bytes[start + i] === wanted[i]) i++;
    if (i === length) return value - 1;
  }
  return -1;
}

/** Appends an entry; false when there is no room for a larger table. The name must not be there yet. */
export function addEntry(volume: Volume, dir: number, name: Name, ino: number, type: number): boolean {
  const { words, bytes } = volume;
  const at = inodeAt(volume, dir);
  if (!makeRoom(volume, dir, at, name.length)) return false;
  const entry = word(words, at + I_DIR_USED);
  const heap = word(words, at + I_DIR_HEAP);
  const start = heapAt(volume, at) + heap;
  for (let i = 0; i < name.length; i++) bytes[start + i] = name.bytes[i] ?? 0;
  const place = entryAt(volume, at, entry);
  words[place] = name.hash;
  words[place + 1] = ino;
  words[place + 2] = heap;
  words[place + 3] = name.length | (type << TYPE_SHIFT);
  words[at + I_DIR_USED] = entry + 1;
  words[at + I_DIR_HEAP] = heap + name.length;
  words[at + I_DIR_LIVE] = word(words, at + I_DIR_LIVE) + 1;
  insertIndex(volume, at, name.hash, entry);
  remember(volume, dir, ino, entry);
  return true;
}

/** Points an existing name at another inode. */
export function replaceEntry(volume: Volume, dir: number, entry: number, ino: number, type: number): void {
  const at = inodeAt(volume, dir);
  const place = entryAt(volume, at, entry);
  volume.words[place + 1] = ino;
  volume.words[place + 3] = (word(volume.words, place + 3) & LENGTH_MASK) | (type << TYPE_SHIFT);
  countRemoval(volume, at);
  remember(volume, dir, ino, entry);
}

export function removeEntry(volume: Volume, dir: number, entry: number): void {
  const { words } = volume;
  const at = inodeAt(volume, dir);
  countRemoval(volume, at);
  const live = word(words, at + I_DIR_LIVE) - 1;
  words[at + I_DIR_LIVE] = live;
  if (live === 0) {
    freeTable(volume, at);
    return;
  }
  const place = entryAt(volume, at, entry);
  const mask = 2 * word(words, at + I_DIR_CAPACITY) - 1;
  const table = blockWord(word(words, at + I_DIR_BLOCK));
  let slot = (Math.imul(word(words, place), HASH_MULTIPLIER) >>> 7) & mask;
  for (let tries = 0; tries <= mask && words[table + slot] !== entry + 1; tries++) slot = (slot + 1) & mask;
  words[table + slot] = REMOVED;
  words[place + 1] = 0;
}

/** Number of the entry through which `ino` is known in `dir`, by the hint in the inode or by looking at all; -1 when there is none. */
export function entryOfInode(volume: Volume, dir: number, ino: number): number {
  const { words } = volume;
  const at = inodeAt(volume, dir);
  const used = word(words, at + I_DIR_USED);
  const hint = word(words, inodeAt(volume, ino) + I_ENTRY);
  if (hint < used && entryIno(volume, entryAt(volume, at, hint)) === ino) return hint;
  for (let entry = 0; entry < used; entry++) if (entryIno(volume, entryAt(volume, at, entry)) === ino) return entry;
  return -1;
}

export function freeTable(volume: Volume, at: number): void {
  const { words } = volume;
  freeRun(volume, word(words, at + I_DIR_BLOCK), word(words, at + I_DIR_BLOCKS));
  for (const field of [I_DIR_BLOCK, I_DIR_BLOCKS, I_DIR_CAPACITY, I_DIR_USED, I_DIR_LIVE, I_DIR_HEAP, I_BLOCKS]) words[at + field] = 0;
}

/** Gives an empty directory a table for `entries` names of `nameBytes` together, so that it need not grow step by step. */
export function reserveTable(volume: Volume, at: number, entries: number, nameBytes: number): boolean {
  return build(volume, 0, at, capacityFor(entries), nameBytes);
}

/** Fills the index anew from the entries. */
export function reindex(volume: Volume, at: number): void {
  const { words } = volume;
  const table = blockWord(word(words, at + I_DIR_BLOCK));
  words.fill(0, table, table + 2 * word(words, at + I_DIR_CAPACITY));
  for (let entry = 0; entry < word(words, at + I_DIR_USED); entry++) {
    const place = entryAt(volume, at, entry);
    if (entryIno(volume, place) !== 0) insertIndex(volume, at, word(words, place), entry);
  }
}

function makeRoom(volume: Volume, dir: number, at: number, nameLength: number): boolean {
  const { words } = volume;
  const capacity = word(words, at + I_DIR_CAPACITY);
  const heap = word(words, at + I_DIR_HEAP);
  if (word(words, at + I_DIR_USED) < capacity && heap + nameLength <= heapSize(volume, at)) return true;
  const live = word(words, at + I_DIR_LIVE);
  let nameBytes = nameLength;
  for (let entry = 0; entry < word(words, at + I_DIR_USED); entry++) {
    const place = entryAt(volume, at, entry);
    if (entryIno(volume, place) !== 0) nameBytes += entryNameLength(volume, place);
  }
  // Room to double; what just fits when memory is short.
  return build(volume, dir, at, capacityFor(2 * live), 2 * nameBytes) || build(volume, dir, at, capacityFor(live + 1), nameBytes);
}

function capacityFor(entries: number): number {
  let capacity = MIN_CAPACITY;
  while (capacity < entries) capacity *= 2;
  return capacity;
}

/** Moves the living entries to a new table. The old one is given up only when the new one is complete. */
function build(volume: Volume, dir: number, at: number, capacity: number, nameBytes: number): boolean {
  const { words, bytes } = volume;
  const tableBytes = capacity * (2 + ENTRY_WORDS) * 4;
  const blocks = Math.ceil((tableBytes + nameBytes) / BLOCK_SIZE);
  const start = allocateRun(volume, blocks);
  if (start === 0) return false;
  const table = blockWord(start);
  words.fill(0, table, table + 2 * capacity);
  const entries = table + 2 * capacity;
  const heap = (entries + capacity * ENTRY_WORDS) * 4;
  const mask = 2 * capacity - 1;
  let used = 0;
  let heapUsed = 0;
  const before = word(words, at + I_DIR_USED);
  for (let entry = 0; entry < before; entry++) {
    const place = entryAt(volume, at, entry);
    const ino = entryIno(volume, place);
    if (ino === 0) continue;
    const length = entryNameLength(volume, place);
    const from = entryNameAt(volume, at, place);
    bytes.copyWithin(heap + heapUsed, from, from + length);
    const to = entries + used * ENTRY_WORDS;
    const hash = word(words, place);
    words[to] = hash;
    words[to + 1] = ino;
    words[to + 2] = heapUsed;
    words[to + 3] = word(words, place + 3);
    let slot = (Math.imul(hash, HASH_MULTIPLIER) >>> 7) & mask;
    while (words[table + slot] !== 0) slot = (slot + 1) & mask;
    words[table + slot] = used + 1;
    if (words[inodeAt(volume, ino) + I_PARENT] === dir) words[inodeAt(volume, ino) + I_ENTRY] = used;
    heapUsed += length;
    used++;
  }
  const oldStart = word(words, at + I_DIR_BLOCK);
  const oldBlocks = word(words, at + I_DIR_BLOCKS);
  words[at + I_DIR_BLOCK] = start;
  words[at + I_DIR_BLOCKS] = blocks;
  words[at + I_BLOCKS] = blocks;
  words[at + I_DIR_CAPACITY] = capacity;
  words[at + I_DIR_USED] = used;
  words[at + I_DIR_LIVE] = used;
  words[at + I_DIR_HEAP] = heapUsed;
  freeRun(volume, oldStart, oldBlocks);
  return true;
}

function insertIndex(volume: Volume, at: number, hash: number, entry: number): void {
  const { words } = volume;
  const mask = 2 * word(words, at + I_DIR_CAPACITY) - 1;
  const table = blockWord(word(words, at + I_DIR_BLOCK));
  let slot = (Math.imul(hash, HASH_MULTIPLIER) >>> 7) & mask;
  while (words[table + slot] !== 0) slot = (slot + 1) & mask;
  words[table + slot] = entry + 1;
}

function remember(volume: Volume, dir: number, ino: number, entry: number): void {
  const at = inodeAt(volume, ino);
  volume.words[at + I_PARENT] = dir;
  volume.words[at + I_ENTRY] = entry;
}

function countRemoval(volume: Volume, at: number): void {
  volume.words[at + I_DIR_REMOVALS] = word(volume.words, at + I_DIR_REMOVALS) + 1;
}

function heapAt(volume: Volume, at: number): number {
  const { words } = volume;
  return (blockWord(word(words, at + I_DIR_BLOCK)) + word(words, at + I_DIR_CAPACITY) * (2 + ENTRY_WORDS)) * 4;
}

function heapSize(volume: Volume, at: number): number {
  const { words } = volume;
  return word(words, at + I_DIR_BLOCKS) * BLOCK_SIZE - word(words, at + I_DIR_CAPACITY) * (2 + ENTRY_WORDS) * 4;
}
