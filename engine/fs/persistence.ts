import { newestChange, readChanges } from './changes.ts';
import { S_IFDIR, S_IFMT } from './constants.ts';
import { entryAt, entryIno, entryNameAt, entryNameLength } from './directory.ts';
import type { Locked, SharedFileSystem } from './file-system.ts';
import { Builder, type PackedData, type Piece } from './image-builder.ts';
import { Packer, packTreeInto } from './image-packer.ts';
import { encodeHeader, HEADER_SIZE } from './image-format.ts';
import { inodeAt } from './inodes.ts';
import { BLOCK_SIZE, I_DIR_USED, I_MODE, I_NLINK, I_SEQ, ROOT } from './layout.ts';
import {
  encodeHead,
  guard,
  HEAD_SIZE,
  PersistenceError,
  readEntry,
  readFully,
  readGeneration,
  type StoreFile,
  writeFully,
} from './store-file.ts';
import type { Inode } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/*
 * Keeps the tree in two files of a store, of which one is current.
 *
 *   ┌────────────────────────────┬───────┬───────┬───────┬─ ─
 *   │ head: magic, generation    │ image │ entry │ entry │ …       each in the form of image-format.ts
 *   └────────────────────────────┴───────┴───────┴───────┴─ ─
 *
 *   image  all inodes at the time of the compaction
 *   entry  the inodes that changed until a sync, as they were at one moment (read under the lock): later nodes replace earlier ones of the same id
 *
 * An entry's header is written after its data: one that is cut short has none, or its sums do not fit, and it is dropped with all behind it.
 * Compaction writes the other file and its head last; the file with the highest generation is current. So whatever is read back existed.
 */

export interface PersistenceOptions {
  /** Two files of their own. They are not closed by `Persistence`, except in `close`. */
  readonly files: readonly [StoreFile, StoreFile];
  /** Paths that are not kept, with all below them, such as `/tmp`. */
  readonly exclude?: (path: string) => boolean;
}

export interface Restored {
  /** Inodes that came back; 0 from an empty store. */
  readonly inodes: number;
  /** Bytes at the end that were no whole entry: what was being written when the last run ended. */
  readonly droppedBytes: number;
}

/** The log may grow to this, or to the size of the image, before all is written anew. */
const LEAST_LOG = 8 << 20;
/** New data from which on one entry is not gathered in memory but the whole written anew, if it is much compared to the image. */
const LARGE_CHANGE = 16 << 20;
/** No inode has an odd sequence when it is looked at: what is marked with this is written again. */
const NEVER = -1;

export class Persistence {
  readonly #fs: SharedFileSystem;
  readonly #files: readonly [StoreFile, StoreFile];
  readonly #exclude: (path: string) => boolean;
  #current: 0 | 1 = 0;
  #generation = 0;
  /** Where the next entry goes in the current file. */
  #end = 0;
  #imageBytes = 0;
  #entry = 0;
  #ids = new Map<Inode, number>();
  #nextId = 1;
  /** The sequence each inode had when it was written. */
  #written: Int32Array;
  #changes = 0;
  #usedBlocks = 0;

  constructor(fs: SharedFileSystem, options: PersistenceOptions) {
    this.#fs = fs;
    this.#files = options.files;
    this.#exclude = options.exclude ?? (() => false);
    this.#written = new Int32Array(fs.volume.inodes).fill(NEVER);
  }

  /** Fills the empty file system with what the store holds. Throws `PersistenceError` when it does not fit. */
  restore(): Restored {
    const heads = this.#files.map(readGeneration);
    this.#current = (heads[1] ?? 0) > (heads[0] ?? 0) ? 1 : 0;
    this.#generation = heads[this.#current] ?? 0;
    if (this.#generation === 0) return { inodes: 0, droppedBytes: 0 };
    const file = this.#files[this.#current];
    const pieces = new Map<number, Piece>();
    const sources: PackedData[] = [];
    let at = HEAD_SIZE;
    for (;;) {
      const entry = readEntry(file, at, sources.length);
      if (entry === null) break;
      const dataAt = at + HEADER_SIZE;
      for (const node of entry.nodes) {
        pieces.set(node.id, { node, source: sources.length });
        this.#nextId = Math.max(this.#nextId, node.id + 1);
      }
      sources.push({ read: (target, from) => readFully(file, target, dataAt + from), dataBytes: entry.header.dataBytes });
      at = dataAt + entry.header.dataBytes + entry.header.nodeBytes;
      if (sources.length === 1) this.#imageBytes = at;
    }
    if (sources.length === 0) throw new PersistenceError('STORE_FAILED', `The store's file of generation ${this.#generation} has no image`);
    const droppedBytes = file.getSize() - at;
    if (droppedBytes > 0) file.truncate(at);
    this.#end = at;
    this.#entry = sources.length;
    const result = this.#fs.change(({ volume }) => {
      const builder = new Builder(volume, pieces, sources);
      const built = builder.build(ROOT_ID, ROOT);
      if (built === 0) for (const [id, ino] of builder.made) this.#note(ino, id, word(volume.words, inodeAt(volume, ino) + I_SEQ));
      return built;
    });
    if (result < 0) throw new PersistenceError('NO_ROOM', `The stored files do not fit in the file system (errno ${result})`);
    this.#changes = this.#fs.changeSequence();
    this.#usedBlocks = this.#used();
    return { inodes: this.#ids.size, droppedBytes };
  }

  /**
   * Writes what changed since the last time; bytes written. Throws `PersistenceError` when the store refuses: nothing is lost then, the next call
   * tries again.
   */
  sync(): number {
    const { volume } = this.#fs;
    if (this.#generation > 0 && newestChange(volume) === this.#changes) return 0;
    const grown = (this.#used() - this.#usedBlocks) * BLOCK_SIZE;
    const logBytes = this.#end - this.#imageBytes;
    if (
      this.#generation === 0 ||
      logBytes > Math.max(LEAST_LOG, this.#imageBytes) ||
      (grown > LARGE_CHANGE && grown > this.#imageBytes / 4)
    )
      return this.compact();
    const size = this.#append(this.#files[this.#current]);
    this.#usedBlocks = this.#used();
    return size;
  }

  /** Writes everything anew into the other file; bytes written. Writers are held up only for what they change meanwhile. */
  compact(): number {
    const other = this.#current === 0 ? 1 : 0;
    const file = this.#files[other];
    const before = {
      ids: this.#ids,
      nextId: this.#nextId,
      written: this.#written,
      changes: this.#changes,
      end: this.#end,
      entry: this.#entry,
      imageBytes: this.#imageBytes,
    };
    try {
      this.#changes = this.#fs.changeSequence();
      guard('empty', () => file.truncate(0));
      let at = HEAD_SIZE + HEADER_SIZE;
      const packer = new Packer(this.#fs, (bytes) => {
        writeFully(file, bytes, at);
        at += bytes.length;
      });
      packTreeInto(packer, ROOT, '', this.#exclude);
      const header = packer.finish(0, ROOT_ID, false);
      writeFully(file, encodeHeader(header), HEAD_SIZE);
      this.#ids = new Map(packer.ids);
      this.#nextId = packer.nextId;
      this.#written = new Int32Array(this.#written.length).fill(NEVER);
      for (const [ino, sequence] of packer.packed) this.#written[ino] = sequence;
      this.#end = at;
      this.#imageBytes = at;
      this.#entry = 1;
      // The image was read inode by inode: what changed meanwhile makes it one moment.
      this.#append(file);
      guard('flush', () => file.flush());
      writeFully(file, encodeHead(this.#generation + 1), 0);
      guard('flush', () => file.flush());
    } catch (error) {
      this.#ids = before.ids;
      this.#nextId = before.nextId;
      this.#written = before.written;
      this.#changes = before.changes;
      this.#end = before.end;
      this.#entry = before.entry;
      this.#imageBytes = before.imageBytes;
      throw error;
    }
    const old = this.#files[this.#current];
    this.#generation++;
    this.#current = other;
    this.#usedBlocks = this.#used();
    guard('empty', () => old.truncate(0));
    guard('flush', () => old.flush());
    return this.#end;
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  /** Appends one entry with all changes, read under the lock, written without it. */
  #append(file: StoreFile): number {
    const chunks: Uint8Array[] = [];
    const packer = new Packer(this.#fs, (bytes) => chunks.push(bytes.slice()), this.#ids, this.#nextId);
    let changes = this.#changes;
    this.#fs.change((locked) => {
      const list = readChanges(locked.volume, this.#changes);
      changes = newestChange(locked.volume);
      if (list === null) this.#packAll(packer, locked.volume);
      else {
        const dirty = new Set<Inode>();
        for (const { parent, ino } of list) dirty.add(parent).add(ino);
        this.#packDirty(packer, locked, dirty);
      }
      return 0;
    });
    this.#nextId = packer.nextId;
    if (packer.packed.size === 0) {
      this.#changes = changes;
      return 0;
    }
    const header = packer.finish(this.#entry, ROOT_ID, true);
    let at = this.#end + HEADER_SIZE;
    for (const chunk of chunks) {
      writeFully(file, chunk, at);
      at += chunk.length;
    }
    if (header.dataCrc === null) guard('flush', () => file.flush());
    writeFully(file, encodeHeader(header), this.#end);
    guard('flush', () => file.flush());
    // Only now: after a failure all of it counts as unwritten.
    const size = at - this.#end;
    for (const [ino, sequence] of packer.packed) this.#written[ino] = sequence;
    this.#changes = changes;
    this.#end = at;
    this.#entry++;
    return size;
  }

  #packDirty(packer: Packer, { volume, pathOf }: Locked, dirty: ReadonlySet<Inode>): void {
    for (const ino of dirty) {
      if (!this.#ids.has(ino)) continue;
      const at = inodeAt(volume, ino);
      const path = word(volume.words, at + I_NLINK) === 0 ? '' : pathOf(ino);
      const isDirectory = (word(volume.words, at + I_MODE) & S_IFMT) === S_IFDIR;
      // A file with several names may have another one that is kept.
      const elsewhere = !isDirectory && word(volume.words, at + I_NLINK) > 1;
      if (path === '' || typeof path === 'number' || (this.#isExcluded(path) && !elsewhere)) this.#forget(volume, ino);
      else this.#pack(packer, volume, ino, path === '/' ? '' : path);
    }
  }

  /** The change log has come round: looks at every inode. */
  #packAll(packer: Packer, volume: Volume): void {
    const seen = new Set<Inode>();
    const queue: { ino: Inode; path: string }[] = [{ ino: ROOT, path: '' }];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { ino, path } = next;
      this.#pack(packer, volume, ino, path);
      seen.add(ino);
      for (const child of childrenOf(volume, ino)) {
        const childPath = `${path}/${child.name}`;
        if (!seen.has(child.ino) && !this.#exclude(childPath)) queue.push({ ino: child.ino, path: childPath });
      }
    }
    for (const ino of [...this.#ids.keys()]) if (!seen.has(ino)) this.#forgetOne(ino);
  }

  /** Packs an inode and what is new below it. */
  #pack(packer: Packer, volume: Volume, first: Inode, firstPath: string): void {
    const queue = [{ ino: first, path: firstPath }];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { ino, path } = next;
      if (packer.packed.has(ino) || this.#written[ino] === word(volume.words, inodeAt(volume, ino) + I_SEQ)) continue;
      packer.add(ino, (child, name) => {
        const childPath = `${path}/${name}`;
        if (this.#exclude(childPath)) return false;
        queue.push({ ino: child, path: childPath });
        return true;
      });
    }
  }

  /** Drops what is known of an inode that is gone or no longer kept, and of all below it. */
  #forget(volume: Volume, first: Inode): void {
    const queue = [first];
    for (let ino = queue.pop(); ino !== undefined; ino = queue.pop()) {
      if (!this.#ids.has(ino)) continue;
      this.#forgetOne(ino);
      for (const child of childrenOf(volume, ino)) queue.push(child.ino);
    }
  }

  #forgetOne(ino: Inode): void {
    this.#ids.delete(ino);
    this.#written[ino] = NEVER;
  }

  #note(ino: Inode, id: number, sequence: number): void {
    this.#ids.set(ino, id);
    this.#written[ino] = sequence;
  }

  #isExcluded(path: string): boolean {
    for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) if (this.#exclude(path.slice(0, end))) return true;
    return this.#exclude(path);
  }

  #used(): number {
    const { blocks, freeBlocks } = this.#fs.usage();
    return blocks - freeBlocks;
  }
}

/** The root is the first inode that a packer numbers. */
const ROOT_ID = 1;

function childrenOf(volume: Volume, dir: Inode): { ino: Inode; name: string }[] {
  const at = inodeAt(volume, dir);
  const children: { ino: Inode; name: string }[] = [];
  if ((word(volume.words, at + I_MODE) & S_IFMT) !== S_IFDIR) return children;
  for (let entry = 0; entry < word(volume.words, at + I_DIR_USED); entry++) {
    const place = entryAt(volume, at, entry);
    const ino = entryIno(volume, place);
    const start = entryNameAt(volume, at, place);
    if (ino !== 0) children.push({ ino, name: decodeUtf8(volume.bytes, start, start + entryNameLength(volume, place)) });
  }
  return children;
}
