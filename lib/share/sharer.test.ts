import { describe, expect, it } from 'vitest';
import { createProject, type Project } from '../project/project.ts';
import { ShareError, type ShareClient, type VersionInfo } from './client.ts';
import { decodeFragment } from './fragment.ts';
import type { ShareKeys } from './keys.ts';
import { manifestText, sha256, type Manifest } from './manifest.ts';
import { createSharer, type Sharer } from './sharer.ts';

interface Fixture {
  readonly project: Project;
  readonly sharer: Sharer;
  readonly published: Manifest[];
  readonly expected: number[];
  kept: number;
  failure: Error | null;
}

function open(files: Record<string, string> = { 'index.md': 'home', '.env': 'KEY=1', '.gitignore': 'out\n', 'out/x': 'x' }): Fixture {
  const project = createProject({ id: 'my-blog', name: 'My blog', files: Object.entries(files) });
  const versions: VersionInfo[] = [];
  const client: ShareClient = {
    limits: () => Promise.resolve({ bytes: 1000, files: 10 }),
    async versions() {
      if (versions.length === 0) throw new ShareError('SHARE_UNKNOWN', '');
      return [...versions];
    },
    open: () => Promise.reject(new Error('not asked for')),
    async publish(_id, _key, { manifest }, { expected, onProgress }) {
      if (fixture.failure !== null) throw fixture.failure;
      onProgress?.(1, 1);
      fixture.published.push(manifest);
      fixture.expected.push(expected);
      const version = {
        version: versions.length + 1,
        manifest: await sha256(new TextEncoder().encode(manifestText(manifest))),
        at: '2026-01-01T00:00:00.000Z',
        files: 1,
        bytes: 1,
      };
      versions.push(version);
      return version;
    },
    async remove() {
      versions.length = 0;
    },
  };
  const kept = new Map<string, string>();
  const keys: ShareKeys = {
    get: (id) => Promise.resolve(kept.get(id) ?? null),
    async obtain(id) {
      kept.set(id, kept.get(id) ?? 'k'.repeat(64));
      return kept.get(id) ?? '';
    },
    forget: (id) => Promise.resolve(void kept.delete(id)),
  };
  const sharer = createSharer({
    project,
    client,
    keys: () => keys,
    origin: () => 'http://ide',
    settled: () => Promise.resolve(),
    keep: () => void (fixture.kept += 1),
  });
  const fixture: Fixture = { project, sharer, published: [], expected: [], kept: 0, failure: null };
  return fixture;
}
const paths = (manifest: Manifest | undefined): string[] => manifest?.entries.map(({ path }) => path) ?? [];

describe('createSharer', () => {
  it('makes a share, tells when the project has moved on, and moves it forward', async () => {
    const { project, sharer, published, expected } = open();
    await sharer.look();
    expect(sharer.store.getState()).toMatchObject({ versions: [], isCurrent: null, problem: null });
    expect(await sharer.publish()).toBe('http://ide/p/my-blog');
    expect(sharer.linkTo(1)).toBe('http://ide/p/my-blog@1');
    expect(sharer.store.getState().isCurrent).toBe(true);
    project.write('index.md', 'changed');
    await sharer.look();
    expect(sharer.store.getState().isCurrent).toBe(false);
    await sharer.publish();
    expect(sharer.store.getState().versions).toHaveLength(2);
    expect(expected).toEqual([0, 1]);
    expect(paths(published[1])).toEqual(['.gitignore', 'index.md']);
  });

  it('leaves out what is not ticked, in every way of sharing', async () => {
    const { sharer, published } = open();
    await sharer.look();
    expect(sharer.store.getState().leftOut.map(({ path }) => path)).toEqual(['.env', 'out']);
    expect([...(await sharer.outgoing()).files.keys()].sort()).toEqual(['.gitignore', 'index.md']);
    const { url } = sharer.store.getState().fragment ?? {};
    expect([...(await decodeFragment(new URL(url ?? '').hash)).project.files.keys()]).toEqual(['.gitignore', 'index.md']);
    sharer.tick('out', true);
    await sharer.publish();
    expect(paths(published[0])).toEqual(['.gitignore', 'index.md', 'out/x']);
    sharer.tick('out', false);
    await sharer.publish();
    expect(paths(published[1])).toEqual(['.gitignore', 'index.md']);
  });

  it('keeps a visitor’s copy only when it is shared', async () => {
    const fixture = open();
    await fixture.sharer.look();
    await fixture.sharer.outgoing();
    expect(fixture.kept).toBe(0);
    await fixture.sharer.publish();
    expect(fixture.kept).toBe(1);
  });

  it('refuses what is too large before it is sent, and says how long the link would be', async () => {
    const random = Array.from({ length: 100_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
    const { sharer, published } = open({ 'large.txt': random });
    await sharer.look();
    expect(sharer.store.getState().fragment).toMatchObject({ url: null });
    expect(await sharer.publish()).toBeNull();
    expect(sharer.store.getState().problem).toMatchObject({ title: 'The project is too large to share' });
    expect(published).toEqual([]);
  });

  it.each([
    [new ShareError('UNREACHABLE', 'Failed to fetch'), 'The server does not answer'],
    [new ShareError('SERVER_ERROR', ''), 'The server failed'],
    [
      new ShareError('STORAGE_FULL', '', { problem: { title: 'The server’s disk is full', cause: 'c', remedy: 'r' } }),
      'The server’s disk is full',
    ],
    [
      new ShareError('SHARE_MOVED', '', { problem: { title: 'The share has moved on', cause: 'c', remedy: 'r' } }),
      'The share has moved on',
    ],
    [new Error('boom'), 'Can’t share the project'],
  ])('tells what went wrong: %s', async (failure, title) => {
    const fixture = open();
    await fixture.sharer.look();
    fixture.failure = failure;
    expect(await fixture.sharer.publish()).toBeNull();
    const { problem, status } = fixture.sharer.store.getState();
    expect(problem?.title).toBe(title);
    expect(problem?.cause).not.toBe('');
    expect(problem?.remedy).not.toBe('');
    expect(problem?.action?.label).toBe('Try again');
    expect(status).toBe('idle');
  });

  it('takes the share back', async () => {
    const { sharer } = open();
    await sharer.look();
    await sharer.publish();
    await sharer.remove();
    expect(sharer.store.getState()).toMatchObject({ versions: [], isCurrent: null });
  });
});
