import {
  BLOCK_SHIFT,
  BLOCK_SIZE,
  BLOCK_WORDS,
  CHANGE_WORDS,
  H_BITMAP_BLOCK,
  H_BLOCKS,
  H_CHANGE_CAPACITY,
  H_CHANGE_INDEX_BLOCK,
  H_CHANGE_NAMES_BLOCK,
  H_CHANGE_NAMES_SIZE,
  H_CURSOR,
  H_DATA_BLOCK,
  H_FAILED_RUN,
  H_FREE_BLOCKS,
  H_FREE_INODES,
  H_HIGH_BLOCK,
  H_HIGH_INODE,
  H_INODES,
  H_INODE_BLOCK,
  H_MAGIC,
  H_SLOTS,
  H_VERSION,
  HEADER_BLOCKS,
  INODE_WORDS,
  MAGIC,
  ROOT,
  SLOT_WORDS,
  SLOTS,
  VERSION,
} from './layout.ts';

/** One thread's views of the memory. Word numbers index `words`; `float` indexes half of them. */
export interface Volume {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly float: Float64Array;
  readonly blocks: number;
  readonly inodes: number;
  /** Word number of the bitmap, and of inode 0. */
  readonly bitmap: number;
  readonly inodeTable: number;
  readonly dataBlock: number;
  readonly changeIndex: number;
  readonly changeCapacity: number;
  /** Byte number of the ring of names. */
  readonly changeNames: number;
  readonly changeNamesSize: number;
}

export interface FormatOptions {
  /** Most files, directories and symlinks there can be. Default: one for every 4 KiB of memory. */
  readonly inodes?: number;
}

const LEAST_MEMORY = 256 * 1024;

/** Writes the regions' places and an empty allocator; the root directory is not there yet. */
export function formatVolume(memory: SharedArrayBuffer, options: FormatOptions = {}): void {
  if (memory.byteLength < LEAST_MEMORY)
    throw new RangeError(`A file system needs ${LEAST_MEMORY} bytes of memory at least, not ${memory.byteLength}`);
  const words = new Int32Array(memory, 0, Math.floor(memory.byteLength / BLOCK_SIZE) * BLOCK_WORDS);
  const blocks = words.length / BLOCK_WORDS;
  const inodes = Math.max(64, options.inodes ?? Math.floor(blocks / 4));
  let changes = 256;
  while (changes < 32768 && changes * 512 < blocks * 32) changes *= 2;
  const region = (size: number): number => {
    const start = next;
    next += Math.ceil(size / BLOCK_SIZE);
    return start;
  };
  let next = HEADER_BLOCKS;
  const changeIndex = region(changes * CHANGE_WORDS * 4);
  const changeNames = region(changes * 32);
  const bitmap = region(Math.ceil(blocks / 32) * 4);
  const inodeTable = region(inodes * INODE_WORDS * 4);
  if (next >= blocks) throw new RangeError(`${inodes} inodes do not fit in a file system of ${memory.byteLength} bytes`);

  // Only what was in use can be other than zero: a fresh memory stays untouched.
  if (words[H_MAGIC] !== 0) {
    // Threads that opened it and did nothing else yet can go on (lock.ts counts them).
    const slots = words.slice(H_SLOTS, H_SLOTS + SLOTS * SLOT_WORDS);
    words.fill(0);
    words.set(slots, H_SLOTS);
  }
  words[H_BLOCKS] = blocks;
  words[H_FREE_BLOCKS] = blocks - next;
  words[H_HIGH_BLOCK] = words[H_CURSOR] = words[H_DATA_BLOCK] = next;
  words[H_FAILED_RUN] = blocks;
  words[H_BITMAP_BLOCK] = bitmap;
  words[H_INODE_BLOCK] = inodeTable;
  words[H_INODES] = inodes;
  words[H_FREE_INODES] = inodes - ROOT;
  words[H_HIGH_INODE] = ROOT;
  words[H_CHANGE_INDEX_BLOCK] = changeIndex;
  words[H_CHANGE_CAPACITY] = changes;
  words[H_CHANGE_NAMES_BLOCK] = changeNames;
  words[H_CHANGE_NAMES_SIZE] = changes * 32;
  words[H_VERSION] = VERSION;
  Atomics.store(words, H_MAGIC, MAGIC);
}

export function openVolume(memory: SharedArrayBuffer): Volume {
  const words = new Int32Array(memory, 0, Math.floor(memory.byteLength / BLOCK_SIZE) * BLOCK_WORDS);
  if (Atomics.load(words, H_MAGIC) !== MAGIC || word(words, H_VERSION) !== VERSION)
    throw new TypeError('This memory holds no file system: format it first');
  return {
    memory,
    words,
    bytes: new Uint8Array(memory, 0, words.length * 4),
    float: new Float64Array(memory, 0, words.length / 2),
    blocks: word(words, H_BLOCKS),
    inodes: word(words, H_INODES),
    bitmap: word(words, H_BITMAP_BLOCK) * BLOCK_WORDS,
    inodeTable: word(words, H_INODE_BLOCK) * BLOCK_WORDS,
    dataBlock: word(words, H_DATA_BLOCK),
    changeIndex: word(words, H_CHANGE_INDEX_BLOCK) * BLOCK_WORDS,
    changeCapacity: word(words, H_CHANGE_CAPACITY),
    changeNames: word(words, H_CHANGE_NAMES_BLOCK) << BLOCK_SHIFT,
    changeNamesSize: word(words, H_CHANGE_NAMES_SIZE),
  };
}

/** `words[at]`, for readers that may meet a torn index: out of range reads as 0. */
export function word(words: Int32Array, at: number): number {
  return words[at] ?? 0;
}

const fenceWord = new Int32Array(1);

/**
 * Orders the reads before it before the reads after it, for the compiler and the processor. `Atomics.load` alone is an acquire: on ARM it does not
 * hold back earlier plain reads, a read-modify-write does. After a fence plain reads will do; atomic ones cost 10 ns each.
 */
export function fence(): void {
  Atomics.add(fenceWord, 0, 0);
}
