import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeBlobStore, describePointerStore, sha256 } from './contract.ts';
import { DiskBlobStore } from './disk-blob-store.ts';
import { DiskPointerStore } from './disk-pointer-store.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describeBlobStore('DiskBlobStore', () => Promise.resolve(new DiskBlobStore(join(temporaryFolder(), 'new'))));
describePointerStore('DiskPointerStore', () => Promise.resolve(new DiskPointerStore(join(temporaryFolder(), 'new'))));

describe('the disk stores', () => {
  it('let one of several servers on one folder win', async () => {
    const folder = temporaryFolder();
    const stores = [1, 2, 3].map(() => new DiskPointerStore(folder));
    const add = async (store: DiskPointerStore): Promise<void> => {
      for (let done = 0; done < 10;) {
        const found = await store.get('counter');
        if ((await store.swap('counter', Number(found?.value ?? 0) + 1, found?.version ?? null)) !== null) done += 1;
      }
    };
    await Promise.all(stores.map(add));
    expect((await stores[0]?.get('counter'))?.value).toBe(30);
    // Older versions are gone.
    expect(readdirSync(join(folder, 'counter'))).toHaveLength(1);
  });

  it('remove what a writer that died has left, once nobody can be writing it', async () => {
    const folder = temporaryFolder();
    const store = new DiskBlobStore(folder);
    // oxlint-disable-next-line typescript/require-await -- a source is asynchronous
    await store.put((async function* () {})());
    writeFileSync(join(folder, 'temporary', 'left'), 'half');
    expect(await store.collect()).toBe(0);
    expect(await store.collect(0)).toBe(1);
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
    expect((await store.list()).items).toHaveLength(1);
  });

  it(
    'lose nothing that was acknowledged and keep nothing by halves when their server is killed 50 times',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const promised = { blobs: new Set<string>(), pointer: 0 };
      for (let kill = 0; kill < 50; kill++) {
        const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'writer.ts'), folder], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let text = '';
        const wanted = 1 + (kill % 7);
        const enough = new Promise<void>((resolve) => {
          child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
            if (text.split('\n').length > wanted) resolve();
          });
        });
        const ended = once(child, 'close');
        await Promise.race([enough, ended]);
        expect(child.exitCode).toBeNull();
        child.kill('SIGKILL');
        await ended;
        for (const line of text.split('\n').slice(0, -1)) {
          const [kind, what = ''] = line.split(' ');
          if (kind === 'blob') promised.blobs.add(what);
          else promised.pointer = Math.max(promised.pointer, Number(what));
        }
      }
      const blobs = new DiskBlobStore(join(folder, 'blobs'));
      const pointers = new DiskPointerStore(join(folder, 'pointers'));
      await blobs.collect(0);
      await pointers.collect(0);
      expect(promised.blobs.size).toBeGreaterThan(50);
      for (let after: string | undefined; ;) {
        const page = await blobs.list({ ...(after !== undefined && { after }) });
        for (const hash of page.items) {
          const blob = await blobs.get(hash);
          expect(blob && sha256(new Uint8Array(await new Response(blob.body as BodyInit).arrayBuffer()))).toBe(hash);
          promised.blobs.delete(hash);
        }
        if (page.next === null) break;
        after = page.next;
      }
      expect([...promised.blobs]).toEqual([]);
      const newest = await pointers.get('newest');
      expect(Number(newest?.version)).toBeGreaterThanOrEqual(promised.pointer);
      expect(await blobs.has((newest?.value as { hash: string } | undefined)?.hash ?? '')).toBe(true);
      expect(readdirSync(join(folder, 'blobs', 'temporary'))).toEqual([]);
      expect(readdirSync(join(folder, 'pointers', '@temporary'))).toEqual([]);
    },
  );
});
