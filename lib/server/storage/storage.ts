/**
 * Where the server keeps what outlives it: bytes that never change, found by their hash, and small documents that change one at a time.
 * Every driver passes the suite in `contract.ts`.
 */

/** SHA-256 as 64 lower-case hexadecimal digits. */
export type BlobHash = string;

export interface StoredBlob {
  /** Bytes of the whole blob, whatever part was asked for. */
  readonly size: number;
  readonly body: ReadableStream<Uint8Array>;
}

export interface ByteRange {
  readonly start: number;
  /** Excluded. */
  readonly end: number;
}

export interface Page<Item> {
  /** In order of their UTF-16 code units. */
  readonly items: readonly Item[];
  /** What to pass as `after` for the next page; null at the end. */
  readonly next: string | null;
}

export interface PageOptions {
  readonly after?: string;
  /** At least 1, default 1000. */
  readonly limit?: number;
}

/** Immutable bytes by their hash. */
export interface BlobStore {
  /**
   * Keeps bytes. Fulfilled when they will be there after a crash of the machine; storing what is there already is no error.
   * @throws {StorageError} `HASH_MISMATCH` when `expected` is given and the bytes have another hash, `TOO_LARGE` when there are more than `limit`;
   * nothing is kept then
   */
  put(
    source: AsyncIterable<Uint8Array>,
    options?: { readonly expected?: BlobHash; readonly limit?: number },
  ): Promise<{ hash: BlobHash; size: number }>;
  has(hash: BlobHash): Promise<boolean>;
  /** As `has`; a blob that is there counts as put now. */
  touch(hash: BlobHash): Promise<boolean>;
  /** Null when there is no such blob. @throws {RangeError} when `range` is not within the blob */
  get(hash: BlobHash, range?: ByteRange): Promise<StoredBlob | null>;
  /**
   * Whether there was one and it was removed. With `untouched`, in milliseconds, only when nobody has put or touched it for so long: who puts a blob just now
   * does not lose it.
   */
  delete(hash: BlobHash, untouched?: number): Promise<boolean>;
  list(options?: PageOptions): Promise<Page<BlobHash>>;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Pointer {
  readonly value: Json;
  /** Changes with every change; compare for equality only. */
  readonly version: string;
}

/** Small JSON documents. Keys are names of `a-z`, `0-9`, `.`, `_` and `-` joined by `/`, at most 512 characters. */
export interface PointerStore {
  get(key: string): Promise<Pointer | null>;
  /**
   * Writes when the document still has the version `expected` (null: when there is none). The new version, fulfilled when it will be there after a
   * crash of the machine; null when somebody else was faster.
   */
  swap(key: string, value: Json, expected: string | null): Promise<string | null>;
  /** Removes when the document still has that version; whether it did. */
  delete(key: string, expected: string): Promise<boolean>;
  /** Keys that begin with `prefix`, which is empty or ends with `/`. */
  list(prefix: string, options?: PageOptions): Promise<Page<string>>;
}

export type StorageErrorCode = 'HASH_MISMATCH' | 'TOO_LARGE' | 'BAD_KEY' | 'STORAGE_FULL';

export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}

const NAME = /^[a-z0-9_-][a-z0-9._-]*$/;

/** @throws {StorageError} `BAD_KEY` */
export function requireKey(key: string): string {
  if (key.length > 512 || !key.split('/').every((name) => NAME.test(name)))
    throw new StorageError('BAD_KEY', `“${key}” is no key of a document.`);
  return key;
}

/** @throws {StorageError} `BAD_KEY` */
export function requireHash(hash: string): BlobHash {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new StorageError('BAD_KEY', `“${hash}” is no SHA-256.`);
  return hash;
}

/** The page of sorted items that the options ask for. */
export function pageOf<Item extends string>(sorted: readonly Item[], { after, limit = 1000 }: PageOptions = {}): Page<Item> {
  const rest = after === undefined ? sorted : sorted.filter((item) => item > after);
  const items = rest.slice(0, Math.max(1, limit));
  return { items, next: rest.length > items.length ? (items.at(-1) ?? null) : null };
}
