import { allocateRun, allocateSome, blockWord, extendRun, freeRun } from './blocks.ts';
import { EFBIG } from './errno.ts';
import { sizeOf, setSize } from './inodes.ts';
import {
  BLOCK_SIZE,
  BLOCK_WORDS,
  EXTENT_WORDS,
  H_FREE_BLOCKS,
  I_BLOCKS,
  I_EXTENTS,
  I_INLINE,
  I_TABLE_BLOCK,
  I_TABLE_BLOCKS,
  INLINE_EXTENTS,
} from './layout.ts';
import type { Result } from './types.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/*
 * The bytes of files and symlinks. Writers hold the lock and have marked the inode as changing. `copyOut` is also called by readers
 * without the lock: it may meet anything, must not fail, and its caller throws the copy away if the inode moved meanwhile.
 */

/** Blocks that an appending writer may get in advance. */
const MOST_AHEAD = 4096;

/** Word number of extent `i`. */
export function extentAt(volume: Volume, at: number, i: number): number {
  const first = word(volume.words, at + I_EXTENTS) <= INLINE_EXTENTS ? at + I_INLINE : blockWord(word(volume.words, at + I_TABLE_BLOCK));
  return first + i * EXTENT_WORDS;
}

/** Copies [position, position + length) to `target` at `offset`; holes read as zeros. */
export function copyOut(volume: Volume, at: number, target: Uint8Array, offset: number, position: number, length: number): void {
  const { words, bytes } = volume;
  const count = word(words, at + I_EXTENTS);
  const end = position + length;
  let done = position;
  for (let i = firstExtent(volume, at, position); i < count && done < end; i++) {
    const extent = extentAt(volume, at, i);
    const start = word(words, extent) * BLOCK_SIZE;
    const extentEnd = start + word(words, extent + 2) * BLOCK_SIZE;
    if (start >= end) break;
    if (extentEnd <= done) continue;
    if (start > done) {
      target.fill(0, offset + done - position, offset + start - position);
      done = start;
    }
    const from = word(words, extent + 1) * BLOCK_SIZE + (done - start);
    const size = Math.min(extentEnd, end) - done;
    if (from < 0 || from + size > bytes.length) return;
    target.set(bytes.subarray(from, from + size), offset + done - position);
    done += size;
  }
  if (done < end) target.fill(0, offset + done - position, offset + length);
}

/** A private copy of all bytes; EFBIG when they are more than the memory holds (holes, or a torn size that will be read again). */
export function copyAll(volume: Volume, at: number): Uint8Array | Result {
  const { words, bytes } = volume;
  const size = sizeOf(volume, at);
  if (!(size >= 0 && size <= bytes.length)) return EFBIG;
  const start = word(words, at + I_INLINE + 1) * BLOCK_SIZE;
  const whole =
    word(words, at + I_EXTENTS) === 1 && word(words, at + I_INLINE) === 0 && word(words, at + I_INLINE + 2) * BLOCK_SIZE >= size;
  // Copying by the constructor spares the clearing of the new array.
  if (whole && start >= 0 && start + size <= bytes.length) return new Uint8Array(bytes.subarray(start, start + size));
  const copy = new Uint8Array(size);
  copyOut(volume, at, copy, 0, 0, size);
  return copy;
}

/** Makes room for [position, position + length) and copies `source` there; bytes written, less than asked when blocks ran out. */
export function copyIn(volume: Volume, at: number, source: Uint8Array, position: number, ahead: boolean): number {
  const size = sizeOf(volume, at);
  const length = Math.min(source.length, reserve(volume, at, position, source.length, ahead));
  if (length <= 0) return 0;
  if (position > size) clear(volume, at, size, position);
  const end = position + length;
  const { words, bytes } = volume;
  let done = position;
  for (let i = firstExtent(volume, at, position); done < end; i++) {
    const extent = extentAt(volume, at, i);
    const start = word(words, extent) * BLOCK_SIZE;
    const extentEnd = start + word(words, extent + 2) * BLOCK_SIZE;
    const part = Math.min(extentEnd, end) - done;
    bytes.set(
      part === source.length ? source : source.subarray(done - position, done - position + part),
      word(words, extent + 1) * BLOCK_SIZE + (done - start),
    );
    done += part;
  }
  if (end > size) setSize(volume, at, end);
  return length;
}

/** Changes the size: frees what lies behind, clears what appears. */
export function resize(volume: Volume, at: number, size: number): void {
  const old = sizeOf(volume, at);
  if (size > old) clear(volume, at, old, size);
  else freeFrom(volume, at, Math.ceil(size / BLOCK_SIZE));
  setSize(volume, at, size);
}

/** Frees blocks behind the end, which an appending writer got in advance. */
export function trim(volume: Volume, at: number): void {
  freeFrom(volume, at, Math.ceil(sizeOf(volume, at) / BLOCK_SIZE));
}

/** Whether `trim` would free something. (A file with holes may have spare blocks that this does not see: they go with the file.) */
export function hasSpare(volume: Volume, at: number): boolean {
  return word(volume.words, at + I_BLOCKS) > Math.ceil(sizeOf(volume, at) / BLOCK_SIZE);
}

/** Room for exactly `size` bytes in as few extents as there can be; nothing of the old data is kept. False when blocks ran out: the old data is untouched. */
export function replaceRoom(volume: Volume, at: number, size: number): boolean {
  const needed = Math.ceil(size / BLOCK_SIZE);
  const { words } = volume;
  const had = word(words, at + I_BLOCKS);
  if (word(words, at + I_EXTENTS) === 1 && word(words, at + I_INLINE) === 0 && had >= needed && needed > 0) {
    freeFrom(volume, at, needed);
    setSize(volume, at, size);
    return true;
  }
  // A fragmented file also takes blocks for its table: ask for those beforehand.
  if (word(words, H_FREE_BLOCKS) + had < needed) return false;
  const start = allocateRun(volume, needed);
  freeFrom(volume, at, 0);
  setSize(volume, at, 0);
  if (needed === 0) return true;
  if (start !== 0) addExtent(volume, at, 0, 0, start, needed);
  else if (reserve(volume, at, 0, size, false) < size) {
    freeFrom(volume, at, 0);
    return false;
  }
  setSize(volume, at, size);
  return true;
}

/** Gives an empty file a run of blocks that are in use already. */
export function adoptBlocks(volume: Volume, at: number, start: number, count: number): void {
  addExtent(volume, at, 0, 0, start, count);
}

/** Frees all blocks with logical number `first` or more. */
export function freeFrom(volume: Volume, at: number, first: number): void {
  const { words } = volume;
  let count = word(words, at + I_EXTENTS);
  const table = count > INLINE_EXTENTS;
  let freed = 0;
  while (count > 0) {
    const extent = extentOf(volume, at, count - 1, table);
    const start = word(words, extent);
    const length = word(words, extent + 2);
    if (start + length <= first) break;
    const keep = Math.max(0, first - start);
    freeRun(volume, word(words, extent + 1) + keep, length - keep);
    freed += length - keep;
    if (keep > 0) {
      words[extent + 2] = keep;
      break;
    }
    count--;
  }
  words[at + I_BLOCKS] = word(words, at + I_BLOCKS) - freed;
  setExtentCount(volume, at, count, table);
}

/** Bytes from `position` on that are backed by blocks after trying to get all of `length`. */
function reserve(volume: Volume, at: number, position: number, length: number, ahead: boolean): number {
  const { words } = volume;
  const first = Math.floor(position / BLOCK_SIZE);
  const last = Math.floor((position + length - 1) / BLOCK_SIZE);
  const size = sizeOf(volume, at);
  let block = first;
  let i = firstExtent(volume, at, position);
  while (block <= last) {
    const count = word(words, at + I_EXTENTS);
    if (i < count) {
      const extent = extentAt(volume, at, i);
      const start = word(words, extent);
      if (start <= block) {
        block = Math.max(block, start + word(words, extent + 2));
        i++;
        continue;
      }
    }
    // `block` lies in a hole or behind everything: fill up to the next extent.
    const limit = i < count ? Math.min(last + 1, word(words, extentAt(volume, at, i))) : last + 1;
    const got = fill(volume, at, i, block, limit - block, ahead && i === count && limit > last);
    if (got === 0) break;
    clearAround(volume, block, got, position, position + length, size, at);
    block += got;
    i = firstExtent(volume, at, block * BLOCK_SIZE);
  }
  return Math.max(0, Math.min(length, block * BLOCK_SIZE - position));
}

/** Gets up to `count` blocks for logical `block`, in place behind extent `i - 1` or as a new extent `i`; how many, 0 when there are none. */
function fill(volume: Volume, at: number, i: number, block: number, count: number, ahead: boolean): number {
  const { words } = volume;
  const extra = ahead ? Math.min(word(words, at + I_BLOCKS), MOST_AHEAD, word(words, H_FREE_BLOCKS) >> 4) : 0;
  if (i > 0) {
    const previous = extentAt(volume, at, i - 1);
    const length = word(words, previous + 2);
    if (word(words, previous) + length === block) {
      const got = extendRun(volume, word(words, previous + 1) + length, count + extra);
      if (got > 0) {
        words[previous + 2] = length + got;
        words[at + I_BLOCKS] = word(words, at + I_BLOCKS) + got;
        return got;
      }
    }
  }
  let start = extra > 0 ? allocateRun(volume, count + extra) : 0;
  let got = count + extra;
  if (start === 0) [start, got] = allocateSome(volume, count);
  if (start === 0) return 0;
  if (!addExtent(volume, at, i, block, start, got)) {
    freeRun(volume, start, got);
    return 0;
  }
  return got;
}

/** New blocks inside the file hold old rubbish: clear what the write will not cover. */
function clearAround(volume: Volume, block: number, count: number, from: number, to: number, size: number, at: number): void {
  const start = block * BLOCK_SIZE;
  const end = Math.min(start + count * BLOCK_SIZE, size);
  if (start < from) clear(volume, at, start, Math.min(from, end));
  if (to < end) clear(volume, at, Math.max(to, start), end);
}

/** Zeros in [from, to) as far as there are blocks. */
function clear(volume: Volume, at: number, from: number, to: number): void {
  const { words, bytes } = volume;
  const count = word(words, at + I_EXTENTS);
  for (let i = firstExtent(volume, at, from); i < count; i++) {
    const extent = extentAt(volume, at, i);
    const start = word(words, extent) * BLOCK_SIZE;
    if (start >= to) break;
    const shift = word(words, extent + 1) * BLOCK_SIZE - start;
    const first = Math.max(from, start);
    const end = Math.min(to, start + word(words, extent + 2) * BLOCK_SIZE);
    if (first < end) bytes.fill(0, first + shift, end + shift);
  }
}

/** Number of the first extent that ends behind `position`. */
function firstExtent(volume: Volume, at: number, position: number): number {
  const { words } = volume;
  const block = Math.floor(position / BLOCK_SIZE);
  let low = 0;
  let high = word(words, at + I_EXTENTS);
  if (high <= 0) return 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    const extent = extentAt(volume, at, middle);
    if (word(words, extent) + word(words, extent + 2) <= block) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inserts an extent as number `i`; false when there is no room for the table. */
function addExtent(volume: Volume, at: number, i: number, block: number, start: number, length: number): boolean {
  const { words } = volume;
  const count = word(words, at + I_EXTENTS);
  if (count >= INLINE_EXTENTS && !growTable(volume, at, count + 1)) return false;
  const table = count >= INLINE_EXTENTS;
  const place = extentOf(volume, at, i, table);
  words.copyWithin(place + EXTENT_WORDS, place, extentOf(volume, at, count, table));
  words[place] = block;
  words[place + 1] = start;
  words[place + 2] = length;
  words[at + I_EXTENTS] = count + 1;
  words[at + I_BLOCKS] = word(words, at + I_BLOCKS) + length;
  return true;
}

/** Sees to it that the extents lie in a table with room for `count`. */
function growTable(volume: Volume, at: number, count: number): boolean {
  const { words } = volume;
  const old = count - 1;
  const inTable = old > INLINE_EXTENTS;
  const blocks = inTable ? word(words, at + I_TABLE_BLOCKS) : 0;
  if (blocks * BLOCK_WORDS >= count * EXTENT_WORDS) return true;
  const wanted = blocks === 0 ? 1 : blocks * 2;
  const start = allocateRun(volume, wanted);
  if (start === 0) return false;
  const from = extentOf(volume, at, 0, inTable);
  words.copyWithin(blockWord(start), from, from + old * EXTENT_WORDS);
  if (inTable) freeRun(volume, word(words, at + I_TABLE_BLOCK), blocks);
  words[at + I_TABLE_BLOCK] = start;
  words[at + I_TABLE_BLOCKS] = wanted;
  return true;
}

function setExtentCount(volume: Volume, at: number, count: number, inTable: boolean): void {
  const { words } = volume;
  if (inTable && count <= INLINE_EXTENTS) {
    const start = word(words, at + I_TABLE_BLOCK);
    const blocks = word(words, at + I_TABLE_BLOCKS);
    words.copyWithin(at + I_INLINE, blockWord(start), blockWord(start) + count * EXTENT_WORDS);
    freeRun(volume, start, blocks);
  }
  words[at + I_EXTENTS] = count;
}

function extentOf(volume: Volume, at: number, i: number, inTable: boolean): number {
  return (inTable ? blockWord(word(volume.words, at + I_TABLE_BLOCK)) : at + I_INLINE) + i * EXTENT_WORDS;
}
