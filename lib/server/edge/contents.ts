import { createHash } from 'node:crypto';
import type { BlobStore, PointerStore } from '../storage/storage.ts';
import { tooLarge, wrongBytes } from './edge-problems.ts';
import { KEYS, read, write, type ContentRecord } from './records.ts';

/** Lookups at a time. */
const LANES = 16;

/** What was sent to each site, by SHA-1. A site learns nothing of what others have sent, though the same bytes are kept once. */
export class Contents {
  readonly #pointers: PointerStore;
  readonly #blobs: BlobStore;

  constructor({ pointers, blobs }: { readonly pointers: PointerStore; readonly blobs: BlobStore }) {
    this.#pointers = pointers;
    this.#blobs = blobs;
  }

  async get(site: string, sha1: string): Promise<ContentRecord | null> {
    return (await read<ContentRecord>(this.#pointers, KEYS.content(site, sha1)))?.value ?? null;
  }

  async getAll(site: string, sha1s: Iterable<string>): Promise<Map<string, ContentRecord>> {
    const found = new Map<string, ContentRecord>();
    await inLanes(sha1s, async (sha1) => {
      const content = await this.get(site, sha1);
      if (content !== null) found.set(sha1, content);
    });
    return found;
  }

  /**
   * Keeps bytes that must have a SHA-1.
   * @throws {ProblemError} when they have another one or are too many; nothing is kept then
   */
  async put(site: string, path: string, sha1: string, source: AsyncIterable<Uint8Array>, limit: number): Promise<ContentRecord> {
    const digest = createHash('sha1');
    let size = 0;
    async function* checked(): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        size += chunk.length;
        if (size > limit) throw tooLarge(`“${path.slice(0, 200)}” has more bytes`, limit);
        digest.update(chunk);
        yield chunk;
      }
      const actual = digest.digest('hex');
      if (actual !== sha1) throw wrongBytes(path, sha1, actual);
    }
    const kept = await this.#blobs.put(checked());
    const content: ContentRecord = { blob: kept.hash, size: kept.size };
    for (;;) {
      const found = await read<ContentRecord>(this.#pointers, KEYS.content(site, sha1));
      if (found?.value.blob === content.blob) return content;
      // Another blob of the same SHA-1 would be a collision: who sent it last means it.
      if ((await write(this.#pointers, KEYS.content(site, sha1), content, found?.version ?? null)) !== null) return content;
    }
  }

  /** Which of the contents have lost their blob. The others count as used just now, so no collection takes them. */
  async lost(contents: Iterable<readonly [sha1: string, content: ContentRecord]>): Promise<string[]> {
    const lost: string[] = [];
    await inLanes(contents, async ([sha1, { blob }]) => {
      if (!(await this.#blobs.touch(blob))) lost.push(sha1);
    });
    return lost;
  }

  async forget(site: string, sha1: string): Promise<void> {
    const found = await this.#pointers.get(KEYS.content(site, sha1));
    if (found !== null) await this.#pointers.delete(KEYS.content(site, sha1), found.version);
  }
}

async function inLanes<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
