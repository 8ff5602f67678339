/** One file of the store that keeps the tree (persistence.ts): its head, its entries, and reads and writes that are whole or throw. */
import { crc32 } from './crc32.ts';
import { decodeHeader, decodeNodes, type Header, HEADER_SIZE } from './image-format.ts';

/** What OPFS's FileSystemSyncAccessHandle does. Buffers may be views of shared memory. */
export interface StoreFile {
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  getSize(): number;
  close(): void;
}

/** The store refused, most likely because its quota is used up. What it held before is still there. */
export class PersistenceError extends Error {
  readonly code: 'STORE_FULL' | 'STORE_FAILED' | 'NO_ROOM';

  constructor(code: PersistenceError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PersistenceError';
    this.code = code;
  }
}

/** Where the first entry is. */
export const HEAD_SIZE = 64;
const HEAD_MAGIC = 0x5453504a;
const HEAD_VERSION = 1;
/** The entry at `at`, null when there is no whole one. */
export function readEntry(
  file: StoreFile,
  at: number,
  sequence: number,
): { header: Header; nodes: ReturnType<typeof decodeNodes> & object } | null {
  const end = file.getSize();
  if (at + HEADER_SIZE > end) return null;
  const head = new Uint8Array(HEADER_SIZE);
  readFully(file, head, at);
  const header = decodeHeader(head);
  if (header === null || header.sequence !== sequence) return null;
  const dataAt = at + HEADER_SIZE;
  if (dataAt + header.dataBytes + header.nodeBytes > end) return null;
  const encoded = new Uint8Array(header.nodeBytes);
  readFully(file, encoded, dataAt + header.dataBytes);
  if (crc32(encoded) !== header.nodesCrc) return null;
  if (header.dataCrc !== null) {
    const data = new Uint8Array(header.dataBytes);
    readFully(file, data, dataAt);
    if (crc32(data) !== header.dataCrc) return null;
  }
  const nodes = decodeNodes(encoded, header.nodes);
  return nodes === null ? null : { header, nodes };
}

/** Generation of a store file, 0 when it has no valid head. */
export function readGeneration(file: StoreFile): number {
  if (file.getSize() < HEAD_SIZE) return 0;
  const bytes = new Uint8Array(HEAD_SIZE);
  readFully(file, bytes, 0);
  const view = new DataView(bytes.buffer);
  const valid =
    view.getUint32(0, true) === HEAD_MAGIC &&
    view.getUint32(4, true) === HEAD_VERSION &&
    view.getUint32(60, true) === crc32(bytes.subarray(0, 60));
  return valid ? view.getUint32(8, true) : 0;
}

export function encodeHead(generation: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, HEAD_MAGIC, true);
  view.setUint32(4, HEAD_VERSION, true);
  view.setUint32(8, generation, true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

export function readFully(file: StoreFile, target: Uint8Array, at: number): void {
  const count = guard('read', () => file.read(target, { at }));
  if (count !== target.length) throw new PersistenceError('STORE_FAILED', `The store gave ${count} of ${target.length} bytes at ${at}`);
}

export function writeFully(file: StoreFile, bytes: Uint8Array, at: number): void {
  const count = guard('write', () => file.write(bytes, { at }));
  if (count !== bytes.length) throw new PersistenceError('STORE_FULL', `The store took ${count} of ${bytes.length} bytes at ${at}`);
}

/** Calls the store; what it throws becomes a PersistenceError. */
export function guard<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const full = error instanceof Error && error.name === 'QuotaExceededError';
    throw new PersistenceError(
      full ? 'STORE_FULL' : 'STORE_FAILED',
      `The store's ${what} failed: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}
