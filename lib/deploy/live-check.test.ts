import { describe, expect, it } from 'vitest';
import { digestFiles, hexDigest } from './digest.ts';
import { checkLive, livePath, type ReadLive } from './live-check.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const signal = new AbortController().signal;

describe('livePath', () => {
  it('is the address that visitors use', () => {
    expect(['index.html', 'a/index.html', 'a/b.html', 'ü ö/x?.txt', 'myindex.html'].map(livePath)).toEqual([
      '',
      'a/',
      'a/b.html',
      '%C3%BC%20%C3%B6/x%3F.txt',
      'myindex.html',
    ]);
  });
});

describe('checkLive', () => {
  const site: Record<string, string> = { '': 'home', 'a/': 'A', '.well-known/x': 'dot', 'x.css': 'css' };
  const asked: string[] = [];
  const read: ReadLive = async (url) => {
    const path = url.slice('https://s.test/'.length);
    asked.push(path);
    const found = site[path];
    return { status: found === undefined ? 404 : 200, sha256: await hexDigest('SHA-256', bytes(found ?? 'nothing')) };
  };
  const files = (tree: Record<string, string>) => digestFiles(Object.entries(tree).map(([path, text]) => ({ path, bytes: bytes(text) })));

  it('finds nothing where all is as built, and does not ask for what is not served', async () => {
    const hidden = { _redirects: '/x /y', '.nojekyll': '', 'a/.DS_Store': 'x' };
    const built = await files({ 'index.html': 'home', 'a/index.html': 'A', '.well-known/x': 'dot', ...hidden });
    expect(await checkLive(built, { url: 'https://s.test', read, signal })).toEqual({
      url: 'https://s.test',
      checked: 3,
      files: 3,
      different: [],
      unreadable: [],
    });
    expect(asked.toSorted()).toEqual(['', '.well-known/x', 'a/']);
  });

  it('tells what is different from what cannot be read', async () => {
    const built = await files({ 'index.html': 'other', 'b/index.html': 'B', 'bad.txt': 'x', 'a/index.html': 'A' });
    const broken: ReadLive = (url, given) => (url.endsWith('bad.txt') ? Promise.reject(new Error('blocked')) : read(url, given));
    expect(await checkLive(built, { url: 'https://s.test', read: broken, signal })).toEqual({
      url: 'https://s.test',
      checked: 4,
      files: 4,
      different: [
        { path: 'b/index.html', reason: 'answers 404' },
        { path: 'index.html', reason: 'answers other bytes' },
      ],
      unreadable: [{ path: 'bad.txt', reason: 'blocked' }],
    });
  });

  it('asks once more before it says so', async () => {
    const built = await files({ 'index.html': 'home', 'a/index.html': 'A' });
    const refused = new Set<string>();
    const slow: ReadLive = (url, given) => {
      if (refused.has(url)) return read(url, given);
      refused.add(url);
      return url.endsWith('/a/') ? Promise.reject(new Error('not yet')) : Promise.resolve({ status: 404, sha256: '' });
    };
    expect(await checkLive(built, { url: 'https://s.test', read: slow, signal })).toMatchObject({ different: [], unreadable: [] });
  });

  it('takes pages first when it may not take all', async () => {
    const built = await files({ '0.css': 'css', 'a/index.html': 'A', 'index.html': 'home' });
    asked.length = 0;
    const check = await checkLive(built, { url: 'https://s.test', read, limit: 2, signal });
    expect(check).toMatchObject({ checked: 2, files: 3, different: [], unreadable: [] });
    expect(asked.toSorted()).toEqual(['', 'a/']);
  });

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    const hanging: ReadLive = () => {
      controller.abort();
      return Promise.reject(new Error('aborted'));
    };
    const built = await files({ 'index.html': 'home' });
    await expect(checkLive(built, { url: 'https://s.test', read: hanging, signal: controller.signal })).rejects.toThrow();
  });
});
