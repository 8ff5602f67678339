import { blockWord, isFree } from './blocks.ts';
import { direntType, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './constants.ts';
import { extentAt } from './data.ts';
import { entryAt, entryIno, entryNameAt, entryNameLength, entryType, findEntry, freeTable, reindex } from './directory.ts';
import { inodeAt, setSize, sizeOf } from './inodes.ts';
import {
  BLOCK_SIZE,
  BLOCK_WORDS,
  ENTRY_WORDS,
  EXTENT_WORDS,
  H_CURSOR,
  H_FAILED_RUN,
  H_FREE_BLOCKS,
  H_FREE_INODE_HEAD,
  H_FREE_INODE_QUEUE,
  H_FREE_INODE_TAIL,
  H_FREE_INODES,
  H_HIGH_BLOCK,
  H_HIGH_INODE,
  H_STRUCTURE,
  I_BLOCKS,
  I_DIR_BLOCK,
  I_DIR_BLOCKS,
  I_DIR_CAPACITY,
  I_DIR_HEAP,
  I_DIR_LIVE,
  I_DIR_USED,
  I_ENTRY,
  I_EXTENTS,
  I_INLINE,
  I_MODE,
  I_NLINK,
  I_PARENT,
  I_REFS,
  I_SEQ,
  I_TABLE_BLOCK,
  I_TABLE_BLOCKS,
  INLINE_EXTENTS,
  ROOT,
  SLOTS,
} from './layout.ts';
import { lockForKill, lockOwner, unlockAfterKill } from './lock.ts';
import { Name } from './name.ts';
import { decodeUtf8 } from './utf8.ts';
import { openVolume, type Volume, word } from './volume.ts';

const LOCK_TIMEOUT_MILLISECONDS = 5000;

/** Looks at everything under the lock and lists what does not fit together: empty when the file system is sound. */
export function checkFileSystem(memory: SharedArrayBuffer): string[] {
  if (lockForKill(memory, SLOTS - 1, LOCK_TIMEOUT_MILLISECONDS) !== 0) return [`the lock is held by thread ${lockOwner(memory)}`];
  try {
    return new Survey(openVolume(memory), false).run();
  } finally {
    unlockAfterKill(memory);
  }
}

/** Makes the file system sound again after a thread died in the middle of a change; what it had to mend. The caller holds the lock. */
export function repairFileSystem(memory: SharedArrayBuffer): string[] {
  return repairVolume(openVolume(memory));
}

export function repairVolume(volume: Volume): string[] {
  return new Survey(volume, true).run();
}

/** One pass over inodes, directories and blocks that compares, and with `mend` corrects. */
class Survey {
  readonly #volume: Volume;
  readonly #mend: boolean;
  readonly #problems: string[] = [];
  /** What the bitmap should be. */
  readonly #used: Int32Array;
  /** Names found for each inode. */
  readonly #links: Int32Array;
  readonly #subdirectories: Int32Array;
  #usedBlocks = 0;

  constructor(volume: Volume, mend: boolean) {
    this.#volume = volume;
    this.#mend = mend;
    this.#used = new Int32Array(Math.ceil(volume.blocks / 32));
    this.#links = new Int32Array(volume.inodes);
    this.#subdirectories = new Int32Array(volume.inodes);
  }

  run(): string[] {
    const { words, inodes } = this.#volume;
    this.#expect(H_STRUCTURE, word(words, H_STRUCTURE) & ~1, 'the structure is marked as changing', (value) => value + 2);
    const high = word(words, H_HIGH_INODE);
    if (high < ROOT + 1 || high > inodes) this.#problem(`highest inode is ${high}`);
    for (let ino = ROOT; ino < high; ino++) {
      const at = inodeAt(this.#volume, ino) + I_SEQ;
      if ((word(words, at) & 1) !== 0) {
        this.#problem(`inode ${ino} is marked as changing`);
        if (this.#mend) Atomics.add(words, at, 1);
      }
    }
    this.#directories();
    let free = 0;
    for (let ino = ROOT; ino < high; ino++) if (!this.#inode(ino)) free++;
    this.#freeInodes(high, free);
    this.#bitmap();
    return this.#problems;
  }

  /** Walks the tree from the root and counts names. */
  #directories(): void {
    const volume = this.#volume;
    const { words } = volume;
    const queue = [ROOT];
    this.#links[ROOT] = 1;
    for (let dir = queue.pop(); dir !== undefined; dir = queue.pop()) {
      const at = inodeAt(volume, dir);
      if (!this.#table(dir, at)) continue;
      const used = word(words, at + I_DIR_USED);
      const name = new Name();
      let live = 0;
      let indexed = true;
      for (let entry = 0; entry < used; entry++) {
        const place = entryAt(volume, at, entry);
        const ino = entryIno(volume, place);
        if (ino === 0) continue;
        const start = entryNameAt(volume, at, place);
        const length = entryNameLength(volume, place);
        const text = `directory ${dir}, name '${decodeUtf8(volume.bytes, start, start + length)}'`;
        const reason = this.#badEntry(ino, place, length, word(words, at + I_DIR_HEAP));
        if (reason !== '') {
          this.#problem(`${text}: ${reason}`);
          if (this.#mend) words[place + 1] = 0;
          indexed = false;
          continue;
        }
        live++;
        name.setBytes(volume.bytes, start, length);
        if (findEntry(volume, at, name) !== entry) {
          this.#problem(`${text} is not found by its hash`);
          indexed = false;
        }
        this.#links[ino] = (this.#links[ino] ?? 0) + 1;
        if ((word(words, inodeAt(volume, ino) + I_MODE) & S_IFMT) !== S_IFDIR) continue;
        this.#subdirectories[dir] = (this.#subdirectories[dir] ?? 0) + 1;
        this.#expect(inodeAt(volume, ino) + I_PARENT, dir, `${text}: '..' is`, () => dir);
        if (this.#mend) words[inodeAt(volume, ino) + I_ENTRY] = entry;
        queue.push(ino);
      }
      this.#expect(at + I_DIR_LIVE, live, `directory ${dir}: entries`, () => live);
      if (!indexed && this.#mend) reindex(volume, at);
    }
  }

  #badEntry(ino: number, place: number, length: number, heap: number): string {
    const volume = this.#volume;
    if (ino < ROOT || ino >= word(volume.words, H_HIGH_INODE)) return `inode ${ino} is out of range`;
    const mode = word(volume.words, inodeAt(volume, ino) + I_MODE);
    if (mode === 0) return `inode ${ino} is free`;
    if (length === 0 || word(volume.words, place + 2) < 0 || word(volume.words, place + 2) + length > heap)
      return 'the name is out of range';
    if (entryType(volume, place) !== direntType(mode)) return `type is ${entryType(volume, place)}, the inode's mode ${mode.toString(8)}`;
    if ((mode & S_IFMT) === S_IFDIR && this.#links[ino] !== 0) return `directory ${ino} has two names`;
    return '';
  }

  /** Claims a directory's table; false when there is none. */
  #table(dir: number, at: number): boolean {
    const { words, blocks, dataBlock } = this.#volume;
    const start = word(words, at + I_DIR_BLOCK);
    if (start === 0) return false;
    const count = word(words, at + I_DIR_BLOCKS);
    const capacity = word(words, at + I_DIR_CAPACITY);
    const fits =
      start >= dataBlock &&
      count > 0 &&
      start + count <= blocks &&
      capacity > 0 &&
      (capacity & (capacity - 1)) === 0 &&
      capacity * (2 + ENTRY_WORDS) <= count * BLOCK_WORDS &&
      word(words, at + I_DIR_USED) <= capacity &&
      word(words, at + I_DIR_HEAP) <= (count * BLOCK_WORDS - capacity * (2 + ENTRY_WORDS)) * 4;
    if (fits && this.#claim(start, count)) return true;
    this.#problem(`directory ${dir}: its table (block ${start}, ${count} blocks, capacity ${capacity}) is not sound`);
    if (this.#mend) {
      words[at + I_DIR_BLOCKS] = 0;
      freeTable(this.#volume, at);
    }
    return false;
  }

  /** Compares one inode; false when it is free. */
  #inode(ino: number): boolean {
    const volume = this.#volume;
    const { words } = volume;
    const at = inodeAt(volume, ino);
    const mode = word(words, at + I_MODE);
    const links = this.#links[ino] ?? 0;
    if (mode === 0) return false;
    const type = mode & S_IFMT;
    if (links === 0 && word(words, at + I_REFS) <= 0) {
      this.#problem(`inode ${ino} (mode ${mode.toString(8)}) has no name and is not open`);
      if (!this.#mend) return true;
      words[at + I_MODE] = 0;
      return false;
    }
    const nlink = type === S_IFDIR ? (links === 0 ? 0 : 2 + (this.#subdirectories[ino] ?? 0)) : links;
    this.#expect(at + I_NLINK, nlink, `inode ${ino}: nlink`, () => nlink);
    if (type === S_IFREG || type === S_IFLNK) this.#extents(ino, at);
    return true;
  }

  #extents(ino: number, at: number): void {
    const volume = this.#volume;
    const { words, blocks, dataBlock } = volume;
    const count = word(words, at + I_EXTENTS);
    let sound = count >= 0 && count < blocks;
    if (count > INLINE_EXTENTS) {
      const table = word(words, at + I_TABLE_BLOCK);
      const tableBlocks = word(words, at + I_TABLE_BLOCKS);
      sound &&= tableBlocks > 0 && count * EXTENT_WORDS <= tableBlocks * BLOCK_WORDS && this.#claim(table, tableBlocks);
    }
    let good = 0;
    let total = 0;
    let next = 0;
    for (; sound && good < count; good++) {
      const extent = extentAt(volume, at, good);
      const length = word(words, extent + 2);
      const start = word(words, extent + 1);
      if (word(words, extent) < next || length <= 0 || start < dataBlock || !this.#claim(start, length)) break;
      next = word(words, extent) + length;
      total += length;
    }
    if (good < count || !sound) {
      this.#problem(`inode ${ino}: extent ${good} of ${count} is not sound`);
      if (this.#mend) this.#cut(at, good, next);
    }
    this.#expect(at + I_BLOCKS, total, `inode ${ino}: blocks`, () => total);
    const size = sizeOf(volume, at);
    if (!(size >= 0)) {
      this.#problem(`inode ${ino}: size is ${size}`);
      if (this.#mend) setSize(volume, at, 0);
    }
  }

  /** Keeps the first `good` extents. */
  #cut(at: number, good: number, blocks: number): void {
    const volume = this.#volume;
    const { words } = volume;
    if (word(words, at + I_EXTENTS) > INLINE_EXTENTS && good <= INLINE_EXTENTS) {
      const from = blockWord(word(words, at + I_TABLE_BLOCK));
      words.copyWithin(at + I_INLINE, from, from + good * EXTENT_WORDS);
    }
    words[at + I_EXTENTS] = good;
    setSize(volume, at, Math.min(sizeOf(volume, at), blocks * BLOCK_SIZE));
  }

  #freeInodes(high: number, free: number): void {
    const volume = this.#volume;
    const { words } = volume;
    let queued = 0;
    let last = 0;
    for (let ino = word(words, H_FREE_INODE_HEAD); ino !== 0 && queued <= free; ino = word(words, inodeAt(volume, ino) + I_REFS)) {
      if (ino < ROOT || ino >= high || word(words, inodeAt(volume, ino) + I_MODE) !== 0) {
        this.#problem(`inode ${ino} is in the queue of free ones`);
        break;
      }
      queued++;
      last = ino;
    }
    const sound = queued === free && last === word(words, H_FREE_INODE_TAIL) && queued === word(words, H_FREE_INODE_QUEUE);
    if (!sound) {
      this.#problem(`${free} inodes below ${high} are free, ${queued} are in the queue, which says ${word(words, H_FREE_INODE_QUEUE)}`);
      if (this.#mend) this.#requeue(high);
    }
    const all = free + volume.inodes - high;
    this.#expect(H_FREE_INODES, all, 'free inodes', () => all);
  }

  #requeue(high: number): void {
    const volume = this.#volume;
    const { words } = volume;
    let head = 0;
    let tail = 0;
    let queued = 0;
    for (let ino = high - 1; ino >= ROOT; ino--) {
      const at = inodeAt(volume, ino);
      if (word(words, at + I_MODE) !== 0) continue;
      words[at + I_NLINK] = 0;
      words[at + I_REFS] = head;
      head = ino;
      if (tail === 0) tail = ino;
      queued++;
    }
    words[H_FREE_INODE_HEAD] = head;
    words[H_FREE_INODE_TAIL] = tail;
    words[H_FREE_INODE_QUEUE] = queued;
  }

  #bitmap(): void {
    const volume = this.#volume;
    const { words, bitmap, blocks, dataBlock } = volume;
    let top = dataBlock;
    for (let i = 0; i < this.#used.length; i++) {
      const right = this.#used[i] ?? 0;
      if (right !== 0) top = i * 32 + 32 - Math.clz32(right);
      if (words[bitmap + i] === right) continue;
      for (let block = i * 32; block < i * 32 + 32; block++) {
        const used = ((right >>> (block & 31)) & 1) === 1;
        if (used === isFree(volume, block))
          this.#problem(`block ${block} is ${used ? 'in use but marked as free' : 'marked as in use but is not'}`);
      }
      if (this.#mend) words[bitmap + i] = right;
    }
    const free = blocks - dataBlock - this.#usedBlocks;
    this.#expect(H_FREE_BLOCKS, free, 'free blocks', () => free);
    if (word(words, H_HIGH_BLOCK) < top) {
      this.#problem(`block ${top - 1} is in use, the highest is said to be below ${word(words, H_HIGH_BLOCK)}`);
      if (this.#mend) words[H_HIGH_BLOCK] = top;
    }
    if (this.#mend) {
      words[H_FAILED_RUN] = blocks;
      words[H_CURSOR] = dataBlock;
    }
  }

  /** Marks blocks as in use; false when one of them is already, or is no data block. */
  #claim(start: number, count: number): boolean {
    const { blocks, dataBlock } = this.#volume;
    if (start < dataBlock || count <= 0 || start + count > blocks) return false;
    for (let block = start; block < start + count; block++) if ((((this.#used[block >>> 5] ?? 0) >>> (block & 31)) & 1) === 1) return false;
    for (let block = start; block < start + count; block++) this.#used[block >>> 5] = (this.#used[block >>> 5] ?? 0) | (1 << (block & 31));
    this.#usedBlocks += count;
    return true;
  }

  #expect(at: number, right: number, what: string, mended: (value: number) => number): void {
    const { words } = this.#volume;
    const value = word(words, at);
    if (value === right) return;
    this.#problem(`${what} ${value}, should be ${right}`);
    if (this.#mend) words[at] = mended(right);
  }

  #problem(text: string): void {
    this.#problems.push(text);
  }
}
