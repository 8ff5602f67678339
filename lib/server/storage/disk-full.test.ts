/**
 * What happens on a disk that is really full: a file system of two megabytes in memory. Needs root on Linux, which mounts it; the answers themselves
 * (507 and what it says) are tested without it in edge-api.test.ts and share-api.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProject } from '../../project/project.ts';
import { createShareClient } from '../../share/client.ts';
import { buildManifest, DEFAULT_LIMITS } from '../../share/manifest.ts';
import { openTestEdge } from '../edge/testing/edge-client.ts';
import { ShareApi } from '../shares/share-api.ts';
import { ShareStore } from '../shares/share-store.ts';
import { openStorage, type Storage } from './open-storage.ts';

const KEY = 'k'.repeat(32);
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks();

function mount(folder: string): number | null {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status;
}

function unmount(folder: string): void {
  spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
}

/** Also root may not, as in most containers. */
function mountWorks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'disk-full-'));
  const status = mount(folder);
  unmount(folder);
  return status === 0;
}

function smallDisk(): { storage: Storage; fill: () => void; free: () => void; temporary: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'disk-full-'));
  expect(mount(folder)).toBe(0);
  onTestFinished(() => unmount(folder));
  const filler = join(folder, 'filler');
  return {
    storage: openStorage(folder),
    fill() {
      const file = openSync(filler, 'w');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler),
    temporary: () => readdirSync(folder, { recursive: true }).filter((name) => /temporary[^/]*\/./.test(String(name))) as string[],
  };
}

describe.skipIf(!canMount)('a full disk (needs root, to mount a small one)', () => {
  it('takes no deploy, leaves the live site whole, and goes on where it was once there is room', async () => {
    const { storage, fill, free, temporary } = smallDisk();
    const { createSite, deploy, prepare, upload, page, getDeploy, ask } = openTestEdge({ storage });
    const site = await createSite();
    await deploy(site.id, { 'index.html': 'old' });
    const big = 'x'.repeat(300_000);
    const next = await prepare(site.id, { 'index.html': 'new', 'big.txt': big });
    fill();
    const refused = await upload(next.id, 'big.txt', big);
    expect([refused.status, await refused.json()]).toMatchObject([507, { problem: { code: 'EDGE_STORAGE_FULL' } }]);
    const noSite = await ask('POST', '/sites', { json: {} });
    expect([noSite.status, await noSite.json()]).toMatchObject([507, { problem: { code: 'EDGE_STORAGE_FULL' } }]);
    expect(await (await page(site.url, '/')).text()).toBe('old');
    expect(temporary()).toEqual([]);
    free();
    expect((await upload(next.id, 'big.txt', big)).status).toBe(200);
    expect((await upload(next.id, 'index.html', 'new')).status).toBe(200);
    expect(await getDeploy(next.id)).toMatchObject({ state: 'ready' });
    expect(await (await page(site.url, '/')).text()).toBe('new');
    expect(await (await page(site.url, '/big.txt')).text()).toBe(big);
  });

  it('takes no share, and keeps those that are there', async () => {
    const { storage, fill, free, temporary } = smallDisk();
    const api = new ShareApi({ store: new ShareStore({ storage, limits: DEFAULT_LIMITS }) });
    const client = createShareClient({
      fetch: (input, init) => {
        const request = new Request(`http://server${String(input)}`, { ...init, duplex: 'half' } as RequestInit);
        return api.handle(request, new URL(request.url).pathname.split('/').slice(3).map(decodeURIComponent), '192.0.2.1');
      },
      sleep: () => Promise.resolve(),
    });
    const project = (text: string): Parameters<typeof buildManifest>[0] =>
      createProject({ id: 'p', name: 'P', files: [['index.md', text]] }).store.getState();
    const info = { name: 'P', template: null, from: null };
    await client.publish('first', KEY, await buildManifest(project('kept'), info), { expected: 0 });
    const second = await buildManifest(project('y'.repeat(300_000)), info);
    fill();
    await expect(client.publish('second', KEY, second, { expected: 0 })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect((await client.open('first', null)).project.files.get('index.md')).toBe('kept');
    expect(temporary()).toEqual([]);
    free();
    await client.publish('second', KEY, second, { expected: 0 });
    expect((await client.open('second', null)).project.files.get('index.md')).toHaveLength(300_000);
  });
});
