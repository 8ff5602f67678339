import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './constants.ts';
import { crc32 } from './crc32.ts';
import { copyOut, extentAt } from './data.ts';
import { entryAt, entryIno, entryNameAt, entryNameLength } from './directory.ts';
import type { SharedFileSystem } from './file-system.ts';
import { alignToBlock, type Child, type Header, type Node, NodeEncoder, SPARSE } from './image-format.ts';
import { ATIME, BIRTHTIME, inodeAt, MTIME, sizeOf } from './inodes.ts';
import { BLOCK_SIZE, I_BLOCKS, I_DIR_USED, I_EXTENTS, I_GID, I_MODE, I_NANOSECONDS, I_RDEV, I_SECONDS, I_SEQ, I_UID } from './layout.ts';
import type { Inode } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/** Takes consecutive bytes; may not keep them after it returns. */
export type Sink = (bytes: Uint8Array) => void;

const CHUNK = 1 << 20;

/** Bytes of data that are summed in a tolerable time. */
export const MOST_CHECKED = 4 << 20;

/** Turns inodes into nodes and data. Works with and without the lock: each inode is read until no writer was in the way. */
export class Packer {
  readonly #fs: SharedFileSystem;
  readonly #volume: Volume;
  readonly #sink: Sink;
  readonly #encoder = new NodeEncoder();
  readonly #ids: Map<Inode, number>;
  #nextId: number;
  #chunk = new Uint8Array(CHUNK);
  #used = 0;
  #dataBytes = 0;
  #dataCrc = 0;
  readonly #packed = new Map<Inode, number>();

  /** Ids go on from `nextId`; inodes in `ids` keep theirs. */
  constructor(fs: SharedFileSystem, sink: Sink, ids = new Map<Inode, number>(), nextId = 1) {
    this.#fs = fs;
    this.#volume = fs.volume;
    this.#sink = sink;
    this.#ids = ids;
    this.#nextId = nextId;
  }

  get ids(): ReadonlyMap<Inode, number> {
    return this.#ids;
  }

  get nextId(): number {
    return this.#nextId;
  }

  get dataBytes(): number {
    return this.#dataBytes;
  }

  /** What was packed, with the sequence that each inode had. */
  get packed(): ReadonlyMap<Inode, number> {
    return this.#packed;
  }

  knows(ino: Inode): boolean {
    return this.#ids.has(ino);
  }

  idOf(ino: Inode): number {
    let id = this.#ids.get(ino);
    if (id === undefined) {
      id = this.#nextId++;
      this.#ids.set(ino, id);
    }
    return id;
  }

  /** Packs one inode; `choose` says which of its children belong in. Nothing happens when it is free by now. */
  add(ino: Inode, choose: (child: Inode, name: string) => boolean): void {
    const read = this.#fs.stable(ino, () => this.#read(ino));
    if (read === null || typeof read === 'number') return;
    const { node, data, entries, sequence } = read;
    const children: Child[] = [];
    let nameBytes = 0;
    for (const { ino: child, name } of entries) {
      if (!choose(child, decodeUtf8(name, 0, name.length))) continue;
      children.push({ id: this.idOf(child), name });
      nameBytes += name.length;
    }
    const offset = this.#dataBytes;
    for (const piece of data) this.#put(piece);
    this.#encoder.add({ ...node, id: this.idOf(ino), offset, children, nameBytes });
    this.#packed.set(ino, sequence);
  }

  /** Writes out the rest and the nodes. The header it returns goes in front of all. With `check` the data is summed, too. */
  finish(sequence: number, rootId: number, check: boolean): Header {
    const nodes = this.#encoder.bytes();
    this.#flush();
    this.#sink(nodes);
    return {
      sequence,
      nodes: this.#encoder.count,
      dataBytes: this.#dataBytes,
      nodeBytes: nodes.length,
      nodesCrc: crc32(nodes),
      dataCrc: check && this.#dataBytes <= MOST_CHECKED ? this.#dataCrc : null,
      rootId,
    };
  }

  #read(ino: Inode): { node: Node; data: Uint8Array[]; entries: { ino: Inode; name: Uint8Array }[]; sequence: number } | null {
    const volume = this.#volume;
    const { words, float } = volume;
    const at = inodeAt(volume, ino);
    const mode = word(words, at + I_MODE);
    if (mode === 0) return null;
    const type = mode & S_IFMT;
    const seconds = (at + I_SECONDS) >> 1;
    const nanoseconds = at + I_NANOSECONDS;
    const times = [ATIME, MTIME, BIRTHTIME].map((time) => float[seconds + time] ?? 0);
    for (const time of [ATIME, MTIME, BIRTHTIME]) times.push(word(words, nanoseconds + time));
    const entries: { ino: Inode; name: Uint8Array }[] = [];
    if (type === S_IFDIR) {
      const used = word(words, at + I_DIR_USED);
      for (let entry = 0; entry < used; entry++) {
        const place = entryAt(volume, at, entry);
        const child = entryIno(volume, place);
        if (child === 0) continue;
        const start = entryNameAt(volume, at, place);
        entries.push({ ino: child, name: volume.bytes.slice(start, start + entryNameLength(volume, place)) });
      }
    }
    const [data, stored, flags] = type === S_IFREG || type === S_IFLNK ? this.#data(at) : [[], 0, 0];
    const node: Node = {
      id: 0,
      mode,
      uid: word(words, at + I_UID),
      gid: word(words, at + I_GID),
      rdev: word(words, at + I_RDEV),
      flags,
      size: type === S_IFDIR ? 0 : sizeOf(volume, at),
      offset: 0,
      stored,
      times,
      nameBytes: 0,
      children: [],
    };
    return { node, data, entries, sequence: word(words, at + I_SEQ) };
  }

  #data(at: number): [data: Uint8Array[], stored: number, flags: number] {
    const volume = this.#volume;
    const { words } = volume;
    const size = sizeOf(volume, at);
    const count = word(words, at + I_EXTENTS);
    const last = count === 0 ? 0 : extentAt(volume, at, count - 1);
    const end = count === 0 ? 0 : Math.min(size, (word(words, last) + word(words, last + 2)) * BLOCK_SIZE);
    // A torn inode may say anything: whatever comes of it is read again.
    if (!(end >= 0)) return [[], 0, 0];
    if (word(words, at + I_BLOCKS) * BLOCK_SIZE >= end) {
      if (end > volume.bytes.length) return [[], 0, 0];
      const bytes = new Uint8Array(end);
      copyOut(volume, at, bytes, 0, 0, end);
      return [[bytes], end, 0];
    }
    const pieces: Uint8Array[] = [];
    const table = [count];
    let stored = alignToBlock(8 + count * 16);
    for (let i = 0; i < count && i < volume.blocks; i++) {
      const extent = extentAt(volume, at, i);
      const position = word(words, extent) * BLOCK_SIZE;
      const length = Math.max(0, Math.min(size - position, word(words, extent + 2) * BLOCK_SIZE, volume.bytes.length));
      const bytes = new Uint8Array(length);
      copyOut(volume, at, bytes, 0, position, length);
      pieces.push(bytes);
      table.push(position, length);
      stored += alignToBlock(length);
    }
    return [[new Uint8Array(new Float64Array(table).buffer), ...pieces], stored, SPARSE];
  }

  /** Appends a piece and fills its last block up. */
  #put(bytes: Uint8Array): void {
    const length = alignToBlock(bytes.length);
    for (let done = 0; done < length;) {
      const room = Math.min(CHUNK - this.#used, length - done);
      const part = Math.min(room, Math.max(0, bytes.length - done));
      this.#chunk.set(bytes.subarray(done, done + part), this.#used);
      this.#chunk.fill(0, this.#used + part, this.#used + room);
      this.#used += room;
      done += room;
      if (this.#used === CHUNK) this.#flush();
    }
    this.#dataBytes += length;
  }

  #flush(): void {
    if (this.#used === 0) return;
    const bytes = this.#chunk.subarray(0, this.#used);
    // Large amounts are not summed: whoever writes them flushes before the header instead.
    if (this.#dataBytes <= MOST_CHECKED) this.#dataCrc = crc32(bytes, this.#dataCrc);
    this.#sink(bytes);
    this.#used = 0;
  }
}

/** Packs everything reachable from `root`. */
export function packTreeInto(packer: Packer, root: Inode, path: string, exclude: (path: string) => boolean): void {
  const queue: { ino: Inode; path: string }[] = [{ ino: root, path }];
  packer.idOf(root);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { path: directory } = next;
    packer.add(next.ino, (child, name) => {
      const childPath = `${directory}/${name}`;
      if (exclude(childPath)) return false;
      if (!packer.knows(child)) queue.push({ ino: child, path: childPath });
      return true;
    });
  }
}
