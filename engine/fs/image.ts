import { allocateRun, freeRun } from './blocks.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './constants.ts';
import { adoptBlocks, copyIn, copyOut, extentAt, freeFrom, replaceRoom } from './data.ts';
import { addEntry, entryAt, entryIno, entryNameAt, entryNameLength, freeTable, reserveTable } from './directory.ts';
import { EEXIST, EINVAL, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY } from './errno.ts';
import { direntType } from './constants.ts';
import type { SharedFileSystem } from './file-system.ts';
import {
  alignToBlock, decodeHeader, decodeNodes, encodeHeader, type Child, type Header, HEADER_SIZE, type Node, NodeEncoder, SPARSE,
} from './image-format.ts';
import { allocateInode, ATIME, beginChange, BIRTHTIME, CTIME, endChange, freeInode, inodeAt, isInode, MTIME, setSize, setTime, setTimeParts, sizeOf } from './inodes.ts';
import {
  BLOCK_SIZE, H_FREE_BLOCKS, H_FREE_INODES, I_BLOCKS, I_DIR_LIVE, I_DIR_USED, I_EXTENTS, I_GID, I_MODE, I_NANOSECONDS, I_NLINK, I_RDEV, I_SECONDS, I_SEQ, I_UID,
} from './layout.ts';
import { Name } from './name.ts';
import { crc32 } from './crc32.ts';
import type { Inode, Result } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import type { Volume } from './volume.ts';
import { fence, word } from './volume.ts';

/** Takes consecutive bytes; may not keep them after it returns. */
export type Sink = (bytes: Uint8Array) => void;

/** Where packed data is read from: fills `target` (which may be shared memory) from byte `at` on. */
export type Source = (target: Uint8Array, at: number) => void;

const CHUNK = 1 << 20;

export interface PackOptions {
  /** Paths that are left out, with all below them. */
  readonly exclude?: (path: string) => boolean;
}

/**
 * One packed image of the directory `path` and all below it, as consecutive chunks; -errno when it is not a directory. Each file is whole; what is
 * created or renamed meanwhile may or may not be in it.
 */
export function packTree(fs: SharedFileSystem, path: string, options: PackOptions = {}): Uint8Array[] | Result {
  const root = fs.lookup(path);
  if (root < 0) return root;
  if (fs.kind(path) !== 1) return ENOTDIR;
  const chunks: Uint8Array[] = [new Uint8Array(HEADER_SIZE)];
  const packer = new Packer(fs, (bytes) => chunks.push(bytes.slice()));
  packTreeInto(packer, root, path === '/' ? '' : path, options.exclude ?? (() => false));
  chunks[0] = encodeHeader(packer.finish(0, packer.idOf(root), true));
  return chunks;
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

/**
 * Makes the tree of an image at `path`, which must be missing or an empty directory. All of it or nothing: 0, or -errno (ENOSPC, EEXIST, ENOTEMPTY,
 * ENOENT, ENOTDIR; EINVAL when the image is damaged). Watchers are told of the topmost names only.
 */
export function adoptTree(fs: SharedFileSystem, path: string, image: Uint8Array): Result {
  const header = decodeHeader(image);
  if (header === null) return EINVAL;
  const nodesAt = HEADER_SIZE + header.dataBytes;
  const encoded = image.subarray(nodesAt, nodesAt + header.nodeBytes);
  if (encoded.length !== header.nodeBytes || crc32(encoded) !== header.nodesCrc) return EINVAL;
  const nodes = decodeNodes(encoded, header.nodes);
  if (nodes === null) return EINVAL;
  let dir = fs.lookup(path);
  const made = dir === ENOENT;
  if (made) {
    const result = fs.mkdir(path, 0o755);
    if (result < 0) return result;
    dir = fs.lookup(path);
  }
  if (dir < 0) return dir;
  const data: Source = (target, at) => target.set(image.subarray(HEADER_SIZE + at, HEADER_SIZE + at + target.length));
  const pieces = new Map<number, Piece>();
  for (const node of nodes) pieces.set(node.id, { node, source: 0 });
  const result = fs.change(({ volume, log }) => {
    if ((word(volume.words, inodeAt(volume, dir) + I_MODE) & S_IFMT) !== S_IFDIR) return ENOTDIR;
    if (word(volume.words, inodeAt(volume, dir) + I_DIR_LIVE) > 0) return made ? EEXIST : ENOTEMPTY;
    const built = new Builder(volume, pieces, [{ read: data, dataBytes: header.dataBytes }]).build(header.rootId, dir);
    if (built < 0) return built;
    const at = inodeAt(volume, dir);
    for (let entry = 0; entry < word(volume.words, at + I_DIR_USED); entry++) log(entryIno(volume, entryAt(volume, at, entry)));
    return 0;
  });
  if (result < 0 && made) fs.rmdir(path);
  return result;
}

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
    if (read === null) return;
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
      id: 0, mode, uid: word(words, at + I_UID), gid: word(words, at + I_GID), rdev: word(words, at + I_RDEV), flags,
      size: type === S_IFDIR ? 0 : sizeOf(volume, at), offset: 0, stored, times, nameBytes: 0, children: [],
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
    for (let done = 0; done < length; ) {
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

/** Bytes of data that are summed in a tolerable time. */
export const MOST_CHECKED = 4 << 20;

export interface Piece {
  readonly node: Node;
  /** Number of the source that its data is in. */
  readonly source: number;
}

export interface PackedData {
  readonly read: Source;
  readonly dataBytes: number;
}

/** Makes inodes of nodes, under the lock. */
export class Builder {
  readonly #volume: Volume;
  readonly #pieces: ReadonlyMap<number, Piece>;
  readonly #sources: readonly PackedData[];
  readonly #made = new Map<number, Inode>();
  /** First block of each source's data when it was taken over as one run. */
  readonly #runs: number[] = [];
  readonly #now = Date.now();

  constructor(volume: Volume, pieces: ReadonlyMap<number, Piece>, sources: readonly PackedData[]) {
    this.#volume = volume;
    this.#pieces = pieces;
    this.#sources = sources;
  }

  /** Inodes by node id. */
  get made(): ReadonlyMap<number, Inode> {
    return this.#made;
  }

  /** Fills the empty directory `dir` from node `rootId`. 0; or ENOSPC or EINVAL, and nothing has happened. */
  build(rootId: number, dir: Inode): Result {
    const volume = this.#volume;
    const root = this.#pieces.get(rootId);
    if (root === undefined || (root.node.mode & S_IFMT) !== S_IFDIR) return EINVAL;
    this.#made.set(rootId, dir);
    const order = this.#reachable(rootId);
    if (order === null) return EINVAL;
    if (order.length - 1 > word(volume.words, H_FREE_INODES)) return ENOSPC;
    this.#takeRuns(order);
    let result = 0;
    for (let i = order.length - 1; i > 0 && result === 0; i--) result = this.#inode(order[i] as Piece);
    for (let i = order.length - 1; i > 0 && result === 0; i--) result = this.#link((order[i] as Piece).node);
    const at = inodeAt(volume, dir);
    beginChange(volume, at);
    if (result === 0) result = this.#link(root.node);
    if (result === 0) this.#attributes(at, root.node);
    else freeTable(volume, at);
    this.#freeGaps(order, result === 0);
    if (result < 0) this.#undo(dir);
    else for (const ino of this.#made.values()) if (ino !== dir) endChange(volume, inodeAt(volume, ino));
    endChange(volume, at);
    return result;
  }

  /** Nodes that hang together with the root, parents before children; null when a directory has two names. */
  #reachable(rootId: number): Piece[] | null {
    const order: Piece[] = [];
    const seen = new Set<number>([rootId]);
    const queue = [rootId];
    for (let i = 0; i < queue.length; i++) {
      const piece = this.#pieces.get(queue[i] ?? 0);
      if (piece === undefined) return null;
      order.push(piece);
      for (const { id } of piece.node.children) {
        const child = this.#pieces.get(id);
        if (child === undefined) continue;
        if (!seen.has(id)) {
          seen.add(id);
          queue.push(id);
        } else if ((child.node.mode & S_IFMT) === S_IFDIR) return null;
      }
    }
    return order;
  }

  #takeRuns(order: readonly Piece[]): void {
    const volume = this.#volume;
    const wanted = this.#sources.map(() => 0);
    for (const { node, source } of order) wanted[source] = (wanted[source] ?? 0) + alignToBlock(node.stored);
    this.#sources.forEach(({ read, dataBytes }, i) => {
      // Only where most of it is still of use: gaps are copied in vain.
      const worthwhile = dataBytes > 0 && (wanted[i] ?? 0) * 2 > dataBytes && dataBytes / BLOCK_SIZE <= word(volume.words, H_FREE_BLOCKS);
      const start = worthwhile ? allocateRun(volume, dataBytes / BLOCK_SIZE) : 0;
      this.#runs.push(start);
      if (start !== 0) read(volume.bytes.subarray(start * BLOCK_SIZE, start * BLOCK_SIZE + dataBytes), 0);
    });
  }

  /** Gives back what no file took of the runs. */
  #freeGaps(order: readonly Piece[], keep: boolean): void {
    const volume = this.#volume;
    this.#runs.forEach((start, i) => {
      if (start === 0) return;
      const total = (this.#sources[i]?.dataBytes ?? 0) / BLOCK_SIZE;
      const taken = keep ? order.filter(({ node, source }) => source === i && node.stored > 0 && (node.flags & SPARSE) === 0).map(({ node }) => node) : [];
      taken.sort((a, b) => a.offset - b.offset);
      let next = 0;
      for (const node of taken) {
        freeRun(volume, start + next, node.offset / BLOCK_SIZE - next);
        next = (node.offset + alignToBlock(node.stored)) / BLOCK_SIZE;
      }
      freeRun(volume, start + next, total - next);
    });
  }

  #inode({ node, source }: Piece): Result {
    const volume = this.#volume;
    const ino = allocateInode(volume, node.mode, node.uid, node.gid, this.#now);
    if (ino === 0) return ENOSPC;
    this.#made.set(node.id, ino);
    const at = inodeAt(volume, ino);
    this.#attributes(at, node);
    volume.words[at + I_RDEV] = node.rdev;
    const type = node.mode & S_IFMT;
    if (type === S_IFDIR) volume.words[at + I_NLINK] = 2;
    else if (type === S_IFREG || type === S_IFLNK) {
      if (node.stored > 0) {
        const run = this.#runs[source] ?? 0;
        const stored = (node.flags & SPARSE) !== 0 ? this.#sparse(at, node, source) : run !== 0 ? this.#place(at, node, run) : this.#copy(at, node, source);
        if (!stored) return ENOSPC;
      }
      setSize(volume, at, node.size);
    }
    return 0;
  }

  #place(at: number, node: Node, run: number): boolean {
    adoptBlocks(this.#volume, at, run + node.offset / BLOCK_SIZE, alignToBlock(node.stored) / BLOCK_SIZE);
    return true;
  }

  #copy(at: number, node: Node, source: number): boolean {
    const volume = this.#volume;
    if (!replaceRoom(volume, at, node.stored)) return false;
    for (let i = 0; i < word(volume.words, at + I_EXTENTS); i++) {
      const extent = extentAt(volume, at, i);
      const position = word(volume.words, extent) * BLOCK_SIZE;
      const start = word(volume.words, extent + 1) * BLOCK_SIZE;
      const length = Math.min(node.stored - position, word(volume.words, extent + 2) * BLOCK_SIZE);
      this.#sources[source]?.read(volume.bytes.subarray(start, start + length), node.offset + position);
    }
    return true;
  }

  #sparse(at: number, node: Node, source: number): boolean {
    const read = this.#sources[source]?.read;
    if (read === undefined) return false;
    const count = new Float64Array(1);
    read(new Uint8Array(count.buffer), node.offset);
    const table = new Float64Array((count[0] ?? 0) * 2);
    read(new Uint8Array(table.buffer), node.offset + 8);
    let offset = node.offset + alignToBlock(8 + table.length * 8);
    for (let i = 0; i < table.length; i += 2) {
      const bytes = new Uint8Array(table[i + 1] ?? 0);
      read(bytes, offset);
      offset += alignToBlock(bytes.length);
      if (bytes.length > 0 && copyIn(this.#volume, at, bytes, table[i] ?? 0, false) < bytes.length) return false;
    }
    return true;
  }

  /** Fills a directory's table. */
  #link(node: Node): Result {
    const volume = this.#volume;
    if ((node.mode & S_IFMT) !== S_IFDIR || node.children.length === 0) return 0;
    const dir = this.#made.get(node.id) ?? 0;
    const at = inodeAt(volume, dir);
    const name = new Name();
    if (!reserveTable(volume, at, node.children.length, node.nameBytes)) return ENOSPC;
    for (const child of node.children) {
      const ino = this.#made.get(child.id);
      const piece = this.#pieces.get(child.id);
      // Gone again when its directory was packed: the directory's next state knows.
      if (ino === undefined || piece === undefined) continue;
      name.setBytes(child.name, 0, child.name.length);
      const type = piece.node.mode & S_IFMT;
      if (!addEntry(volume, dir, name, ino, direntType(type))) return ENOSPC;
      if (type === S_IFDIR) volume.words[at + I_NLINK] = word(volume.words, at + I_NLINK) + 1;
      else volume.words[inodeAt(volume, ino) + I_NLINK] = word(volume.words, inodeAt(volume, ino) + I_NLINK) + 1;
    }
    return 0;
  }

  #attributes(at: number, node: Node): void {
    const volume = this.#volume;
    volume.words[at + I_MODE] = node.mode;
    volume.words[at + I_UID] = node.uid;
    volume.words[at + I_GID] = node.gid;
    [ATIME, MTIME, BIRTHTIME].forEach((time, i) => setTimeParts(volume, at, time, node.times[i] ?? 0, node.times[i + 3] ?? 0));
    setTime(volume, at, CTIME, this.#now);
  }

  #undo(dir: Inode): void {
    const volume = this.#volume;
    for (const [id, ino] of this.#made) {
      if (ino === dir) continue;
      const at = inodeAt(volume, ino);
      const piece = this.#pieces.get(id);
      const placed = piece !== undefined && (this.#runs[piece.source] ?? 0) !== 0 && (piece.node.flags & SPARSE) === 0;
      if ((word(volume.words, at + I_MODE) & S_IFMT) === S_IFDIR) freeTable(volume, at);
      // What lies in a run was given back with the run.
      else if (!placed) freeFrom(volume, at, 0);
      freeInode(volume, ino);
      endChange(volume, at);
    }
    volume.words[inodeAt(volume, dir) + I_NLINK] = 2;
  }
}
