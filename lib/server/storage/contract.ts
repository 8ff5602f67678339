/** What every driver does. Called by the tests of each with stores that hold nothing. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BlobStore, PointerStore } from './storage.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

// oxlint-disable-next-line typescript/require-await -- a source is asynchronous
async function* from(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const bytesOf = async (body: ReadableStream<Uint8Array>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(body as BodyInit).arrayBuffer());

export function describeBlobStore(name: string, open: () => Promise<BlobStore>): void {
  describe(`${name}, a BlobStore`, () => {
    it('gives back what was put, whole and in parts', async () => {
      const store = await open();
      const chunks = [randomBytes(70_000), randomBytes(1), new Uint8Array(), randomBytes(30_000)];
      const all = new Uint8Array(Buffer.concat(chunks));
      const kept = await store.put(from(...chunks));
      expect(kept).toEqual({ hash: sha256(all), size: 100_001 });
      const whole = await store.get(kept.hash);
      expect(whole?.size).toBe(100_001);
      expect(whole && (await bytesOf(whole.body))).toEqual(all);
      const part = await store.get(kept.hash, { start: 69_999, end: 70_002 });
      expect(part && (await bytesOf(part.body))).toEqual(all.slice(69_999, 70_002));
      await expect(store.get(kept.hash, { start: 5, end: 100_002 })).rejects.toThrow(RangeError);
    });

    it('keeps empty blobs, and the same bytes once', async () => {
      const store = await open();
      const { hash } = await store.put(from());
      expect(hash).toBe(sha256(new Uint8Array()));
      const empty = await store.get(hash);
      expect(empty && (await bytesOf(empty.body)).length).toBe(0);
      await Promise.all(Array.from({ length: 10 }, () => store.put(from(Uint8Array.of(1, 2, 3)))));
      expect((await store.list()).items).toHaveLength(2);
    });

    it('keeps nothing of what is not as announced, too large, or breaks off', async () => {
      const store = await open();
      const hash = sha256(Uint8Array.of(1));
      await expect(store.put(from(Uint8Array.of(2)), { expected: hash })).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
      await expect(store.put(from(new Uint8Array(6), new Uint8Array(5)), { limit: 10 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Uint8Array.of(1);
        await Promise.resolve();
        throw new Error('the connection was cut');
      }
      await expect(store.put(broken())).rejects.toThrow('the connection was cut');
      expect(await store.list()).toEqual({ items: [], next: null });
      expect([await store.has(hash), await store.get(hash), await store.delete(hash)]).toEqual([false, null, false]);
      expect(await store.put(from(new Uint8Array(10)), { limit: 10 })).toMatchObject({ size: 10 });
    });

    it('removes', async () => {
      const store = await open();
      const { hash } = await store.put(from(Uint8Array.of(9)));
      expect(await store.delete(hash)).toBe(true);
      expect([await store.has(hash), await store.get(hash), await store.delete(hash)]).toEqual([false, null, false]);
    });

    it('spares what was put or touched a moment ago when asked to', async () => {
      const store = await open();
      const { hash } = await store.put(from(Uint8Array.of(9)));
      expect(await store.delete(hash, 60_000)).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect([await store.touch(hash), await store.touch(sha256(Uint8Array.of(8)))]).toEqual([true, false]);
      expect(await store.delete(hash, 60_000)).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect([await store.delete(hash, 10), await store.has(hash), await store.delete(hash, 10)]).toEqual([true, false, false]);
      await store.put(from(Uint8Array.of(9)));
      expect(await store.has(hash)).toBe(true);
    });

    it('lists all of them once, in order, page by page', async () => {
      const store = await open();
      const hashes: string[] = [];
      for (let i = 0; i < 57; i++) hashes.push((await store.put(from(Uint8Array.of(i)))).hash);
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await store.list({ limit: 10, ...(after !== undefined && { after }) });
        seen.push(...page.items);
        if (page.next === null) break;
        after = page.next;
      }
      expect(seen).toEqual(hashes.sort());
    });

    it('refuses what is no hash', async () => {
      const store = await open();
      for (const hash of ['', '../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63)])
        await expect(store.get(hash)).rejects.toMatchObject({ code: 'BAD_KEY' });
    });
  });
}

export function describePointerStore(name: string, open: () => Promise<PointerStore>): void {
  describe(`${name}, a PointerStore`, () => {
    it('writes when nobody else has', async () => {
      const store = await open();
      expect(await store.get('a/b')).toBeNull();
      const first = await store.swap('a/b', { n: 1 }, null);
      expect(first).not.toBeNull();
      expect(await store.get('a/b')).toEqual({ value: { n: 1 }, version: first });
      expect(await store.swap('a/b', { n: 2 }, null)).toBeNull();
      const second = await store.swap('a/b', { n: 2 }, first);
      expect(second).not.toBe(first);
      expect(await store.swap('a/b', { n: 3 }, first)).toBeNull();
      expect(await store.get('a/b')).toEqual({ value: { n: 2 }, version: second });
    });

    it('lets one of many win, and loses no turn', async () => {
      const store = await open();
      let lost = 0;
      const add = async (): Promise<void> => {
        for (;;) {
          const found = await store.get('counter');
          if ((await store.swap('counter', Number(found?.value ?? 0) + 1, found?.version ?? null)) !== null) return;
          lost += 1;
        }
      };
      await Promise.all(Array.from({ length: 20 }, add));
      expect((await store.get('counter'))?.value).toBe(20);
      expect(lost).toBeGreaterThan(0);
    });

    it('removes, and a document that comes back is another', async () => {
      const store = await open();
      const first = await store.swap('k', null, null);
      expect(await store.get('k')).toEqual({ value: null, version: first });
      expect(await store.delete('k', 'other')).toBe(false);
      expect(await store.delete('k', first ?? '')).toBe(true);
      expect(await store.get('k')).toBeNull();
      expect(await store.delete('k', first ?? '')).toBe(false);
      const again = await store.swap('k', 1, null);
      expect(again).not.toBeNull();
      expect(again).not.toBe(first);
      expect(await store.swap('k', 2, first)).toBeNull();
    });

    it('lists keys below a prefix, in order, page by page', async () => {
      const store = await open();
      const keys = [
        'sites',
        'sites/a',
        'sites/a/deploys/1',
        'sites/a/deploys/10',
        'sites/a/deploys/2',
        'sites/b',
        'sitesmap',
        'shares/x.y_z-1',
      ];
      for (const key of keys) await store.swap(key, key, null);
      expect(await store.list('')).toEqual({ items: keys.sort(), next: null });
      expect((await store.list('sites/a/')).items).toEqual(['sites/a/deploys/1', 'sites/a/deploys/10', 'sites/a/deploys/2']);
      const first = await store.list('sites/', { limit: 2 });
      expect(first).toEqual({ items: ['sites/a', 'sites/a/deploys/1'], next: 'sites/a/deploys/1' });
      expect((await store.list('sites/', { after: first.next ?? '' })).items).toEqual([
        'sites/a/deploys/10',
        'sites/a/deploys/2',
        'sites/b',
      ]);
      expect(await store.list('none/')).toEqual({ items: [], next: null });
    });

    it('refuses what is no key', async () => {
      const store = await open();
      for (const key of ['', '/a', 'a/', 'a//b', '..', 'a/../b', '.hidden', '@temporary', 'A', 'a b', 'a\\b', 'x'.repeat(513)]) {
        await expect(store.get(key)).rejects.toMatchObject({ code: 'BAD_KEY' });
        await expect(store.swap(key, 1, null)).rejects.toMatchObject({ code: 'BAD_KEY' });
      }
    });
  });
}
