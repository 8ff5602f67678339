import { BLOCK_SIZE } from './layout.ts';
import { crc32 } from './crc32.ts';

/*
 * The packed form of inodes: images of trees, and the entries of the persistence log. Little-endian.
 *
 *   ┌─────────────┬──────────────────────────────────────────────┬───────────────────────────┐
 *   │ header 64 B │ data: each file from a multiple of 1 KiB on  │ nodes, one for each inode │
 *   └─────────────┴──────────────────────────────────────────────┴───────────────────────────┘
 *   header  magic, version, sequence, node count, data bytes (f64), node bytes (f64), CRC of the nodes, CRC of the data (0: not computed), root id,
 *           flags, …, CRC of the header
 *   node    id, mode, uid, gid, rdev, children, bytes of their names, flags; size, data offset, data bytes, seconds of atime, mtime, birthtime
 *           (f64 each); their nanoseconds, 0; then for a directory its children: id, name length, name; padded to 8
 *
 * Data starts at multiples of the file system's block size, so that all of it can be copied into place in one step. A file with holes is stored as
 * a table (count, then position and length of each piece, f64) and the pieces, each from a multiple of 1 KiB on.
 */

export const HEADER_SIZE = 64;
const NODE_SIZE = 96;
const MAGIC = 0x4749504a;
const VERSION = 1;
export const SPARSE = 1;
const DATA_CHECKED = 1;

export interface Header {
  readonly sequence: number;
  readonly nodes: number;
  readonly dataBytes: number;
  readonly nodeBytes: number;
  readonly nodesCrc: number;
  /** null when the data was flushed before the header was written, instead of being summed. */
  readonly dataCrc: number | null;
  readonly rootId: number;
}

export interface Child {
  readonly id: number;
  readonly name: Uint8Array;
}

export interface Node {
  readonly id: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly flags: number;
  readonly size: number;
  /** From the start of the data. */
  readonly offset: number;
  readonly stored: number;
  /** Seconds of atime, mtime, birthtime, then nanoseconds of each. */
  readonly times: readonly number[];
  readonly nameBytes: number;
  readonly children: readonly Child[];
}

export function encodeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  const fields = [MAGIC, VERSION, header.sequence, header.nodes];
  fields.forEach((field, i) => view.setUint32(i * 4, field, true));
  view.setFloat64(16, header.dataBytes, true);
  view.setFloat64(24, header.nodeBytes, true);
  view.setUint32(32, header.nodesCrc, true);
  view.setUint32(36, header.dataCrc ?? 0, true);
  view.setUint32(40, header.rootId, true);
  view.setUint32(44, header.dataCrc === null ? 0 : DATA_CHECKED, true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** null when this is no whole header. */
export function decodeHeader(bytes: Uint8Array): Header | null {
  if (bytes.length < HEADER_SIZE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_SIZE);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION) return null;
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60))) return null;
  return {
    sequence: view.getUint32(8, true),
    nodes: view.getUint32(12, true),
    dataBytes: view.getFloat64(16, true),
    nodeBytes: view.getFloat64(24, true),
    nodesCrc: view.getUint32(32, true),
    dataCrc: (view.getUint32(44, true) & DATA_CHECKED) === 0 ? null : view.getUint32(36, true),
    rootId: view.getUint32(40, true),
  };
}

/** Collects encoded nodes. */
export class NodeEncoder {
  count = 0;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  add(node: Node): void {
    let size = NODE_SIZE;
    for (const child of node.children) size += 8 + align(child.name.length, 4);
    size = align(size, 8);
    this.#grow(size);
    const view = this.#view;
    let at = this.#length;
    for (const field of [node.id, node.mode, node.uid, node.gid, node.rdev, node.children.length, node.nameBytes, node.flags]) {
      view.setUint32(at, field, true);
      at += 4;
    }
    for (const field of [node.size, node.offset, node.stored, node.times[0] ?? 0, node.times[1] ?? 0, node.times[2] ?? 0]) {
      view.setFloat64(at, field, true);
      at += 8;
    }
    for (const field of [node.times[3] ?? 0, node.times[4] ?? 0, node.times[5] ?? 0, 0]) {
      view.setUint32(at, field, true);
      at += 4;
    }
    for (const child of node.children) {
      view.setUint32(at, child.id, true);
      view.setUint32(at + 4, child.name.length, true);
      this.#bytes.set(child.name, at + 8);
      at += 8 + align(child.name.length, 4);
    }
    this.#length += size;
    this.count++;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Decodes `count` nodes; null when they do not fit in `bytes`. */
export function decodeNodes(bytes: Uint8Array, count: number): Node[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const nodes: Node[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const start = at;
    if (start + NODE_SIZE > bytes.length) return null;
    const whole = (word: number): number => view.getUint32(start + word * 4, true);
    const real = (number: number): number => view.getFloat64(start + 32 + number * 8, true);
    const children: Child[] = [];
    at += NODE_SIZE;
    for (let child = 0; child < whole(5); child++) {
      if (at + 8 > bytes.length) return null;
      const length = view.getUint32(at + 4, true);
      if (at + 8 + length > bytes.length) return null;
      children.push({ id: view.getUint32(at, true), name: bytes.subarray(at + 8, at + 8 + length) });
      at += 8 + align(length, 4);
    }
    at = align(at, 8);
    nodes.push({
      id: whole(0),
      mode: whole(1),
      uid: whole(2),
      gid: whole(3),
      rdev: whole(4),
      nameBytes: whole(6),
      flags: whole(7),
      size: real(0),
      offset: real(1),
      stored: real(2),
      times: [real(3), real(4), real(5), whole(20), whole(21), whole(22)],
      children,
    });
  }
  return nodes;
}

export function align(size: number, to: number): number {
  return Math.ceil(size / to) * to;
}

export function alignToBlock(size: number): number {
  return align(size, BLOCK_SIZE);
}
