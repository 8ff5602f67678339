import { allocateRun, freeRun } from './blocks.ts';
import { direntType, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './constants.ts';
import { adoptBlocks, copyIn, extentAt, freeFrom, replaceRoom } from './data.ts';
import { addEntry, freeTable, reserveTable } from './directory.ts';
import { EINVAL, ENOSPC } from './errno.ts';
import { alignToBlock, type Node, SPARSE } from './image-format.ts';
import {
  allocateInode,
  ATIME,
  beginChange,
  BIRTHTIME,
  CTIME,
  endChange,
  freeInode,
  inodeAt,
  MTIME,
  setSize,
  setTime,
  setTimeParts,
} from './inodes.ts';
import { BLOCK_SIZE, H_FREE_BLOCKS, H_FREE_INODES, I_EXTENTS, I_GID, I_MODE, I_NLINK, I_RDEV, I_UID } from './layout.ts';
import { Name } from './name.ts';
import type { Inode, Result } from './types.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/** Where packed data is read from: fills `target` (which may be shared memory) from byte `at` on. */
export type Source = (target: Uint8Array, at: number) => void;

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
      const taken = keep
        ? order.filter(({ node, source }) => source === i && node.stored > 0 && (node.flags & SPARSE) === 0).map(({ node }) => node)
        : [];
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
        const stored =
          (node.flags & SPARSE) !== 0
            ? this.#sparse(at, node, source)
            : run !== 0
              ? this.#place(at, node, run)
              : this.#copy(at, node, source);
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
