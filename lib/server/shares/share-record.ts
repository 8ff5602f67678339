import { createHash, timingSafeEqual } from 'node:crypto';
import type { Json, PointerStore } from '../storage/storage.ts';

/** One published version of a share. */
export interface ShareVersion {
  readonly version: number;
  /** Hash of its manifest. */
  readonly manifest: string;
  /** ISO 8601. */
  readonly at: string;
  readonly files: number;
  readonly bytes: number;
}

/** The document `shares/<id>`. */
export interface ShareRecord {
  /** SHA-256 of the edit key. */
  readonly key: string;
  /** Oldest first. Empty when it was deleted. */
  readonly versions: readonly ShareVersion[];
  /** Number of the last version that there ever was: numbers are not given twice, also after a deletion. */
  readonly last: number;
  readonly deleted: boolean;
}

/** The document `uploads/<share>/<hash of the manifest>`: what it names is kept although no share names it yet. */
export interface UploadRecord {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
}

export const keyHash = (editKey: string): string => createHash('sha256').update(editKey).digest('hex');

export function isSameKey(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export const shareKey = (id: string): string => `shares/${id}`;
export const uploadKey = (id: string, manifest: string): string => `uploads/${id}/${manifest}`;

export interface Found<Value> {
  readonly value: Value;
  readonly version: string;
}

export async function readDocument<Value>(pointers: PointerStore, key: string): Promise<Found<Value> | null> {
  const found = await pointers.get(key);
  // Nobody but this server writes them.
  return found && { value: found.value as unknown as Value, version: found.version };
}

export function toJson(value: ShareRecord | UploadRecord): Json {
  return value as unknown as Json;
}

/** All keys that begin with a prefix. */
export async function* allKeys(pointers: PointerStore, prefix: string): AsyncGenerator<string> {
  for (let after: string | null | undefined; after !== null;) {
    const page = await pointers.list(prefix, after === undefined ? {} : { after });
    yield* page.items;
    after = page.next;
  }
}
