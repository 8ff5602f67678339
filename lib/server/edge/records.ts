import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { BlobHash, Json, PointerStore } from '../storage/storage.ts';

/**
 * The documents of the edge:
 *
 * | key | what |
 * |---|---|
 * | `names/<name>` | which site has the name |
 * | `sites/<site>` | a site, and what it shows: publish, rollback and lock are one swap of it |
 * | `keys/<hash of the deploy key>/<site>` | the sites of a key |
 * | `deploys/<deploy>` | a deploy |
 * | `site-deploys/<site>/<deploy>` | the deploys of a site; their ids begin with their time |
 * | `contents/<site>/<sha1>` | which blob has the SHA-1: only what was sent to the site itself counts as known |
 * | `encoded/<blob>/<encoding>` | a blob's compressed form |
 */
export const KEYS = {
  name: (name: string): string => `names/${name}`,
  site: (site: string): string => `sites/${site}`,
  siteOfKey: (key: string, site: string): string => `keys/${key}/${site}`,
  deploy: (deploy: string): string => `deploys/${deploy}`,
  deployOfSite: (site: string, deploy: string): string => `site-deploys/${site}/${deploy}`,
  content: (site: string, sha1: string): string => `contents/${site}/${sha1}`,
  encoded: (blob: string, encoding: string): string => `encoded/${blob}/${encoding}`,
} as const;

export interface Publication {
  readonly deploy: string;
  readonly release: BlobHash;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface SiteRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the deploy key; of the drop's token while nobody has claimed the site. */
  readonly key: string;
  /** Made without a key, and not claimed. */
  readonly anonymous: boolean;
  readonly created: number;
  readonly updated: number;
  /** What it shows, then what it showed before. */
  readonly published: readonly Publication[];
  readonly locked: boolean;
}

/** `uploaded`: all files are there and checked, and the deploy is about to be published. */
export type DeployState = 'new' | 'preparing' | 'prepared' | 'uploading' | 'uploaded' | 'ready' | 'error';

export interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** For whoever looks at the deploy: what its rules say that does not hold here, and the like. */
export interface Remark {
  readonly type: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly description: string;
}

export interface DeployRecord {
  readonly id: string;
  readonly site: string;
  readonly state: DeployState;
  readonly title: string;
  readonly branch: string | null;
  readonly draft: boolean;
  readonly created: number;
  readonly updated: number;
  /** Blob with the list of files. */
  readonly listing: BlobHash | null;
  /** Blob with what is served. */
  readonly release: BlobHash | null;
  /** When it became complete. */
  readonly completed: number | null;
  readonly files: number;
  readonly bytes: number;
  readonly changes: Changes | null;
  readonly remarks: readonly Remark[];
  readonly error: string | null;
}

export interface ContentRecord {
  readonly blob: BlobHash;
  readonly size: number;
}

export interface NameRecord {
  readonly site: string;
  readonly at: number;
}

export interface Found<Value> {
  readonly value: Value;
  readonly version: string;
}

/** Nobody but this server writes documents: they are what was written. */
export async function read<Value>(pointers: PointerStore, key: string): Promise<Found<Value> | null> {
  const found = await pointers.get(key);
  return found && { value: found.value as unknown as Value, version: found.version };
}

export function write(pointers: PointerStore, key: string, value: object, expected: string | null): Promise<string | null> {
  return pointers.swap(key, value as Json, expected);
}

export async function* keysBelow(pointers: PointerStore, prefix: string): AsyncGenerator<string> {
  for (let after: string | null | undefined; after !== null;) {
    const page = await pointers.list(prefix, after === undefined ? {} : { after });
    yield* page.items;
    after = page.next;
  }
}

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** 24 hexadecimal digits that sort by time: seconds, then a random part. */
export function newDeployId(now: number): string {
  return (
    Math.floor(now / 1000)
      .toString(16)
      .padStart(8, '0')
      .slice(-8) + randomBytes(8).toString('hex')
  );
}

export const isDeployId = (text: string): boolean => /^[0-9a-f]{24}$/.test(text);
export const isSiteId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
export const isSha1 = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{40}$/.test(text);
