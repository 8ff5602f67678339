import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createProject } from '../../project/project.ts';
import type { ProjectFiles } from '../../project/project-files.ts';
import { createShareClient, type ShareClient, type ShareContent } from '../../share/client.ts';
import { buildManifest, DEFAULT_LIMITS, type ShareLimits } from '../../share/manifest.ts';
import { RateLimiter } from '../rate-limit.ts';
import { openStorage, type Storage } from '../storage/open-storage.ts';
import { StorageError } from '../storage/storage.ts';
import { ShareApi, type ShareRates } from './share-api.ts';
import { ShareStore } from './share-store.ts';

const KEY = 'k'.repeat(32);
const OTHER = 'o'.repeat(32);
const DAY = 24 * 60 * 60 * 1000;

interface Fixture {
  readonly client: ShareClient;
  readonly store: ShareStore;
  readonly storage: Storage;
  readonly blobs: () => number;
  readonly ask: (method: string, path: string, body?: BodyInit, key?: string) => Promise<Response>;
  readonly time: { now: number };
  /** Requests that are made, and what happens in their place when it gives something. */
  readonly requests: string[];
  intercept: ((method: string, path: string) => Response | Error | null) | null;
}

function open({ limits = DEFAULT_LIMITS, rates }: { limits?: ShareLimits; rates?: ShareRates } = {}): Fixture {
  const folder = mkdtempSync(join(tmpdir(), 'shares-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const time = { now: Date.UTC(2026, 0, 1) };
  const storage = openStorage(folder);
  const store = new ShareStore({ storage, limits, spared: 0, now: () => time.now });
  const api = new ShareApi({ store, now: () => time.now, ...(rates && { rates }) });
  const handle: typeof fetch = async (input, init) => {
    const request = new Request(`http://server${String(input)}`, { ...init, duplex: 'half' } as RequestInit);
    const path = new URL(request.url).pathname;
    fixture.requests.push(`${request.method} ${path}`);
    const instead = fixture.intercept?.(request.method, path) ?? null;
    if (instead instanceof Error) throw instead;
    return (
      instead ??
      api.handle(
        request,
        path
          .split('/')
          .filter((part) => part !== '')
          .slice(2)
          .map(decodeURIComponent),
        '192.0.2.1',
      )
    );
  };
  const fixture: Fixture = {
    client: createShareClient({ fetch: handle, sleep: () => Promise.resolve() }),
    store,
    storage,
    time,
    requests: [],
    intercept: null,
    blobs: () =>
      readdirSync(join(folder, 'storage', 'blobs'), { recursive: true }).filter((name) => /^..\/.{62}$/.test(String(name))).length,
    ask: (method, path, body, key) =>
      handle(`/api/shares${path}`, {
        method,
        ...(body !== undefined && { body }),
        ...(key !== undefined && { headers: { Authorization: `Bearer ${key}` } }),
      }),
  };
  return fixture;
}

const BLOG = createProject({
  id: 'p',
  name: 'P',
  files: [
    ['index.md', 'grüße'],
    ['img/x.png', new Uint8Array([0, 255, 1])],
    ['run', 'echo'],
    ['empty.txt', ''],
  ],
  folders: ['empty'],
  links: [['latest', 'index.md']],
  executables: ['run'],
}).store.getState();

function content(project: ProjectFiles = BLOG): Promise<ShareContent> {
  return buildManifest(project, { name: 'My blog', template: null, from: null });
}
const edited = (text: string): ProjectFiles => ({ ...BLOG, files: new Map([...BLOG.files, ['index.md', text]]) });
const sha = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;

describe('a share', () => {
  it('is there, file for file, once it is published, and moves on by its key', async () => {
    const { client, time, requests } = open();
    expect(await client.publish('my-blog', KEY, await content(), { expected: 0 })).toEqual({
      version: 1,
      manifest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      at: '2026-01-01T00:00:00.000Z',
      files: 4,
      bytes: 14,
    });
    const first = await client.open('my-blog', null);
    expect(first.manifest.name).toBe('My blog');
    expect(first.project.files).toEqual(new Map([...BLOG.files].sort()));
    expect([first.project.links, [...first.project.folders].sort(), first.project.executables]).toEqual([
      BLOG.links,
      ['empty', 'img'],
      BLOG.executables,
    ]);

    time.now += 1000;
    requests.length = 0;
    await client.publish('my-blog', KEY, await content(edited('new')), { expected: 1 });
    // Only what changed is sent.
    expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
    expect((await client.versions('my-blog')).map(({ version }) => version)).toEqual([1, 2]);
    expect((await client.open('my-blog', null)).project.files.get('index.md')).toBe('new');
    expect((await client.open('my-blog', 1)).project.files.get('index.md')).toBe('grüße');
  });

  it('has one version for one content, also when the answer was lost', async () => {
    const { client, ask } = open();
    await client.publish('my-blog', KEY, await content(), { expected: 0 });
    expect((await client.publish('my-blog', KEY, await content(), { expected: 1 })).version).toBe(1);
    const next = await content(edited('new'));
    const { upload } = (await (await ask('POST', '/my-blog/uploads', JSON.stringify(next.manifest), KEY)).json()) as { upload: string };
    await ask('PUT', `/my-blog/uploads/${upload}/${sha('new')}`, 'new', KEY);
    const commit = (): Promise<Response> => ask('POST', '/my-blog/versions', JSON.stringify({ upload, expected: 1 }), KEY);
    expect(await (await commit()).json()).toMatchObject({ version: 2 });
    expect(await (await commit()).json()).toMatchObject({ version: 2 });
    expect(await client.versions('my-blog')).toHaveLength(2);
  });

  it('belongs to its key', async () => {
    const { client, ask } = open();
    await client.publish('my-blog', KEY, await content(), { expected: 0 });
    await expect(client.publish('my-blog', OTHER, await content(), { expected: 1 })).rejects.toMatchObject({ code: 'SHARE_NOT_YOURS' });
    await expect(client.remove('my-blog', OTHER)).rejects.toMatchObject({ code: 'SHARE_NOT_YOURS' });
    expect(await codeOf(await ask('DELETE', '/my-blog'))).toBe('SHARE_KEY_MISSING');
    expect(await codeOf(await ask('DELETE', '/my-blog', undefined, 'short'))).toBe('SHARE_KEY_MISSING');
  });

  it('is moved by one of several that saw the same version', async () => {
    const { client } = open();
    await client.publish('my-blog', KEY, await content(), { expected: 0 });
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map(async (text) => client.publish('my-blog', KEY, await content(edited(text)), { expected: 1 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'SHARE_MOVED' });
    expect(await client.versions('my-blog')).toHaveLength(2);
  });

  it('is unknown, has unknown versions, and is gone once deleted, with its files', async () => {
    const { client, store, blobs } = open();
    await expect(client.open('my-blog', null)).rejects.toMatchObject({ code: 'SHARE_UNKNOWN' });
    await client.publish('my-blog', KEY, await content(), { expected: 0 });
    await client.publish('my-blog', KEY, await content(edited('new')), { expected: 1 });
    await client.publish('other', OTHER, await content(), { expected: 0 });
    await expect(client.open('my-blog', 3)).rejects.toMatchObject({ code: 'SHARE_UNKNOWN' });
    await client.remove('my-blog', KEY);
    await store.collect();
    for (const version of [null, 1, 2]) await expect(client.open('my-blog', version)).rejects.toMatchObject({ code: 'SHARE_DELETED' });
    await expect(client.remove('my-blog', KEY)).rejects.toMatchObject({ code: 'SHARE_DELETED' });
    // What another share names stays: its manifest, and four files.
    expect(blobs()).toBe(5);
    expect((await client.open('other', null)).project.files.get('index.md')).toBe('grüße');
    // Its name stays its key's; versions go on counting, and old ones stay gone.
    await expect(client.publish('my-blog', OTHER, await content(), { expected: 0 })).rejects.toMatchObject({ code: 'SHARE_NOT_YOURS' });
    expect((await client.publish('my-blog', KEY, await content(), { expected: 0 })).version).toBe(3);
    await expect(client.open('my-blog', 1)).rejects.toMatchObject({ code: 'SHARE_DELETED' });
  });

  it('is cleaned of uploads that were not finished, after a day, and never of one under way', async () => {
    const { client, ask, store, blobs, time } = open();
    const { manifest } = await content();
    const { upload } = (await (await ask('POST', '/my-blog/uploads', JSON.stringify(manifest), KEY)).json()) as { upload: string };
    await ask('PUT', `/my-blog/uploads/${upload}/${sha('grüße')}`, 'grüße', KEY);
    time.now += DAY - 1;
    expect(await store.collect()).toBe(0);
    time.now += 2;
    await store.collect();
    await store.collect();
    expect(blobs()).toBe(0);
    expect(await codeOf(await ask('PUT', `/my-blog/uploads/${upload}/${sha('echo')}`, 'echo', KEY))).toBe('UPLOAD_UNKNOWN');
    // A finished one collects what is old, too, when that was not done for an hour.
    await ask('POST', '/other/uploads', JSON.stringify(manifest), OTHER);
    time.now += 2 * DAY;
    await client.publish('third', KEY, await content(edited('third')), { expected: 0 });
    await vi.waitFor(async () =>
      expect(await codeOf(await ask('PUT', `/other/uploads/${upload}/${sha('echo')}`, 'echo', OTHER))).toBe('UPLOAD_UNKNOWN'),
    );
    await Promise.all([store.collect(), client.publish('my-blog', KEY, await content(), { expected: 0 }), store.collect()]);
    await store.collect();
    expect((await client.open('my-blog', null)).project.files.size).toBe(4);
  });
});

describe('the share API', () => {
  it('takes only files that the manifest names, with the hash and size that it says', async () => {
    const { ask } = open();
    const { manifest } = await content();
    const { upload, missing } = (await (await ask('POST', '/my-blog/uploads', JSON.stringify(manifest), KEY)).json()) as {
      upload: string;
      missing: string[];
    };
    expect(missing).toHaveLength(4);
    const put = (hash: string, body: string, key = KEY): Promise<Response> => ask('PUT', `/my-blog/uploads/${upload}/${hash}`, body, key);
    expect(await codeOf(await put(sha('other'), 'other'))).toBe('NOT_IN_SHARE');
    expect(await codeOf(await put(sha('echo'), 'ECHO'))).toBe('HASH_MISMATCH');
    expect(await codeOf(await put(sha('echo'), 'echo and more'))).toBe('SHARE_TOO_LARGE');
    expect(await codeOf(await put(sha('echo'), 'echo', OTHER))).toBe('UPLOAD_UNKNOWN');
    const commit = await ask('POST', '/my-blog/versions', JSON.stringify({ upload, expected: 0 }), KEY);
    expect([commit.status, await codeOf(commit)]).toEqual([409, 'UPLOAD_INCOMPLETE']);
    expect((await ask('GET', '/my-blog')).status).toBe(404);
  });

  it('gives only files that the manifest names, such that no browser shows them', async () => {
    const { client, ask } = open();
    await client.publish(
      'my-blog',
      KEY,
      await content({ ...BLOG, files: new Map([['x.html', '<script>alert(1)</script>']]), links: new Map() }),
      { expected: 0 },
    );
    await client.publish('other', OTHER, await content(), { expected: 0 });
    const html = await ask('GET', `/my-blog/versions/1/files/${sha('<script>alert(1)</script>')}`);
    expect(html.status).toBe(200);
    expect(Object.fromEntries(html.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect(await codeOf(await ask('GET', `/my-blog/versions/1/files/${sha('echo')}`))).toBe('NOT_IN_SHARE');
    for (const path of [
      '/my-blog/versions/1/files/..%2f..%2fx',
      '/my-blog/versions/0',
      '/my-blog/versions/1e0',
      '/my-blog/x',
      '/My-Blog',
      '/edge',
    ])
      expect((await ask('GET', path)).status).toBe(404);
  });

  it('refuses a manipulated manifest and one that is too large, with the numbers', async () => {
    const { ask, client } = open({ limits: { bytes: 10, files: 3 } });
    const begin = (value: unknown): Promise<Response> =>
      ask('POST', '/my-blog/uploads', typeof value === 'string' ? value : JSON.stringify(value), KEY);
    const { manifest } = await content();
    expect(await codeOf(await begin('{'))).toBe('BAD_REQUEST');
    expect(
      await codeOf(await begin({ ...manifest, entries: [{ type: 'file', path: '../x', hash: sha('x'), size: 1, mode: '644' }] })),
    ).toBe('MANIFEST_INVALID');
    expect(await codeOf(await begin('x'.repeat(20_000)))).toBe('SHARE_TOO_LARGE');
    const many = await begin(manifest);
    expect([many.status, await many.json()]).toMatchObject([
      413,
      { code: 'SHARE_TOO_LARGE', cause: 'It has 6 files and folders; 3 can be shared.' },
    ]);
    const large = await content({ ...BLOG, files: new Map([['a', 'x'.repeat(11)]]), links: new Map(), folders: new Set() });
    await expect(client.publish('my-blog', KEY, large, { expected: 0 })).rejects.toMatchObject({ code: 'SHARE_TOO_LARGE' });
    expect(await client.limits()).toEqual({ bytes: 10, files: 3 });
  });

  it('refuses an upload that is none', async () => {
    const { ask, client } = open();
    await client.publish('my-blog', KEY, await content(), { expected: 0 });
    const commit = (body: unknown): Promise<Response> => ask('POST', '/my-blog/versions', JSON.stringify(body), KEY);
    expect(await codeOf(await commit({ upload: '../x', expected: 1 }))).toBe('BAD_REQUEST');
    expect(await codeOf(await commit({ upload: sha('echo'), expected: 1 }))).toBe('UPLOAD_UNKNOWN');
    expect(await codeOf(await commit({ upload: sha('echo'), expected: -1 }))).toBe('BAD_REQUEST');
    expect(await codeOf(await commit(null))).toBe('BAD_REQUEST');
  });

  it('limits how often an address may ask, and says when again', async () => {
    const limiter = (burst: number): RateLimiter => new RateLimiter({ burst, perMinute: 6, now: () => 0 });
    const { ask, client } = open({ rates: { changes: limiter(1), files: limiter(1000), reads: limiter(2) } });
    expect((await ask('GET', '/a')).status).toBe(404);
    await ask('GET', '/a');
    const limited = await ask('GET', '/a');
    expect([limited.status, limited.headers.get('Retry-After'), await codeOf(limited)]).toEqual([429, '10', 'RATE_LIMITED']);
    await expect(client.publish('my-blog', KEY, await content(), { expected: 0 })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      wait: 10,
    });
  });

  it('says that the disk is full, and publishes nothing', async () => {
    const { storage, client, ask } = open();
    const put = storage.blobs.put.bind(storage.blobs);
    storage.blobs.put = () => Promise.reject(new StorageError('STORAGE_FULL', 'The disk that keeps the data is full.'));
    await expect(client.publish('my-blog', KEY, await content(), { expected: 0 })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect((await ask('GET', '/my-blog')).status).toBe(404);
    storage.blobs.put = put;
    expect((await client.publish('my-blog', KEY, await content(), { expected: 0 })).version).toBe(1);
  });
});

describe('createShareClient', () => {
  it('tries again when the connection fails at any step, and leaves nothing half', async () => {
    const fixture = open();
    const seen = new Map<string, number>();
    // Every request fails once, some with an error of the server.
    fixture.intercept = (method, path) => {
      const count = (seen.get(method + path) ?? 0) + 1;
      seen.set(method + path, count);
      if (count > 1) return null;
      return method === 'PUT'
        ? Response.json({ code: 'SERVER_ERROR', title: '', cause: '', remedy: '' }, { status: 500 })
        : new TypeError('Failed to fetch');
    };
    expect((await fixture.client.publish('my-blog', KEY, await content(), { expected: 0 })).version).toBe(1);
    fixture.intercept = () => new TypeError('Failed to fetch');
    await expect(fixture.client.publish('my-blog', KEY, await content(edited('x')), { expected: 1 })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
    fixture.intercept = null;
    expect(await fixture.client.versions('my-blog')).toHaveLength(1);
  });

  it('believes neither a manifest nor a file', async () => {
    const fixture = open();
    await fixture.client.publish('my-blog', KEY, await content(), { expected: 0 });
    const { manifest } = await content();
    const version = { version: 1, manifest: '', at: '', files: 1, bytes: 1 };
    const answers = (manifestValue: unknown, bytes: string | null): void => {
      fixture.intercept = (_method, path) =>
        path.endsWith('/content') ? (bytes === null ? null : new Response(bytes)) : Response.json({ version, manifest: manifestValue });
    };
    answers({ ...manifest, entries: [{ type: 'link', path: 'x', target: '/etc' }] }, null);
    await expect(fixture.client.open('my-blog', null)).rejects.toMatchObject({ code: 'BROKEN' });
    answers(manifest, `\0\u00ff\u0001echogrüße`);
    await expect(fixture.client.open('my-blog', null)).rejects.toMatchObject({ code: 'BROKEN' });
    answers(manifest, 'x'.repeat(15));
    await expect(fixture.client.open('my-blog', null)).rejects.toMatchObject({ code: 'BROKEN' });
    answers(manifest, 'short');
    await expect(fixture.client.open('my-blog', null)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    fixture.intercept = () => new Response('<html>', { status: 502 });
    await expect(fixture.client.open('my-blog', null)).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });
});
