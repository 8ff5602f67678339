import { BLOCK_WORDS, H_CURSOR, H_FAILED_RUN, H_FREE_BLOCKS, H_HIGH_BLOCK } from './layout.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/*
 * The block allocator: a bitmap, searched next-fit. Blocks below HIGH_BLOCK have been used before; while enough of them are free
 * again they are preferred to fresh ones, so that the memory's footprint follows what is stored and not what was ever written.
 * All of it runs under the lock.
 */

/** A run of exactly `count` contiguous blocks, or 0. */
export function allocateRun(volume: Volume, count: number): number {
  const { words, blocks, dataBlock } = volume;
  const free = word(words, H_FREE_BLOCKS);
  if (count <= 0 || free < count) return 0;
  const high = word(words, H_HIGH_BLOCK);
  const cursor = word(words, H_CURSOR);
  const reusable = free - (blocks - high);
  let start = 0;
  if (reusable >= count && count < word(words, H_FAILED_RUN)) {
    start = findRun(volume, cursor, high, count);
    const roomy = reusable * 8 > high - dataBlock || high + count > blocks;
    if (start === 0 && roomy) {
      start = findRun(volume, dataBlock, Math.min(high, cursor + count - 1), count);
      if (start === 0) words[H_FAILED_RUN] = count;
    }
  }
  if (start === 0) {
    // Free blocks at the very end of the used part belong to the fresh run.
    let fresh = high;
    while (fresh > dataBlock && high - fresh < count && isFree(volume, fresh - 1)) fresh--;
    if (fresh + count > blocks) return 0;
    start = fresh;
  }
  take(volume, start, count);
  words[H_CURSOR] = start + count;
  return start;
}

/** The longest run that is quickly found, `count` blocks at most; [0, 0] when nothing is free. */
export function allocateSome(volume: Volume, count: number): readonly [start: number, count: number] {
  for (let size = count; size > 0; size >>= 1) {
    const start = allocateRun(volume, size);
    if (start === 0) continue;
    return [start, size + extendRun(volume, start + size, count - size)];
  }
  return [0, 0];
}

/** Takes up to `count` blocks from `start` on, as far as they are free; how many. */
export function extendRun(volume: Volume, start: number, count: number): number {
  let length = 0;
  while (length < count && start + length < volume.blocks && isFree(volume, start + length)) length++;
  if (length > 0) {
    take(volume, start, length);
    if (word(volume.words, H_CURSOR) === start) volume.words[H_CURSOR] = start + length;
  }
  return length;
}

export function freeRun(volume: Volume, start: number, count: number): void {
  if (count <= 0) return;
  mark(volume, start, count, false);
  volume.words[H_FREE_BLOCKS] = word(volume.words, H_FREE_BLOCKS) + count;
  volume.words[H_FAILED_RUN] = volume.blocks;
}

export function isFree(volume: Volume, block: number): boolean {
  return ((word(volume.words, volume.bitmap + (block >>> 5)) >>> (block & 31)) & 1) === 0;
}

/** Word number of a block. */
export function blockWord(block: number): number {
  return block * BLOCK_WORDS;
}

function take(volume: Volume, start: number, count: number): void {
  const { words } = volume;
  mark(volume, start, count, true);
  words[H_FREE_BLOCKS] = word(words, H_FREE_BLOCKS) - count;
  if (start + count > word(words, H_HIGH_BLOCK)) words[H_HIGH_BLOCK] = start + count;
}

function mark(volume: Volume, start: number, count: number, used: boolean): void {
  const { words, bitmap } = volume;
  const end = start + count;
  for (let block = start; block < end;) {
    const bit = block & 31;
    const length = Math.min(32 - bit, end - block);
    const mask = length === 32 ? -1 : ((1 << length) - 1) << bit;
    const at = bitmap + (block >>> 5);
    words[at] = used ? word(words, at) | mask : word(words, at) & ~mask;
    block += length;
  }
}

/** First run of `count` free blocks in [from, to), or 0. Looks at 32 blocks at a time where it can. */
function findRun(volume: Volume, from: number, to: number, count: number): number {
  const { words, bitmap } = volume;
  let run = 0;
  for (let block = from; block < to;) {
    const value = word(words, bitmap + (block >>> 5));
    const bit = block & 31;
    if (value === -1) {
      run = 0;
      block = (block | 31) + 1;
      continue;
    }
    const rest = value >>> bit;
    if ((rest & 1) === 0) {
      const length = Math.min(rest === 0 ? 32 - bit : trailingZeros(rest), to - block);
      run += length;
      block += length;
      if (run >= count) return block - run;
    } else {
      run = 0;
      block += Math.min(trailingZeros(~rest), 32 - bit);
    }
  }
  return 0;
}

function trailingZeros(value: number): number {
  return value === 0 ? 32 : 31 - Math.clz32(value & -value);
}
