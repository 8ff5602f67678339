import { beforeEach, describe, expect, it } from 'vitest';
import { formatFileSystem, openFileSystem } from '../../fs/file-system.ts';
import type { SharedFileSystem } from '../../fs/file-system.ts';
import { CACHE_DIRECTORY, createFileCache, Transforms } from './transform-cache.ts';

let files: SharedFileSystem;

const names = (folder: string): string[] => {
  const entries = files.readdir(folder);
  return typeof entries === 'number' ? [] : entries.map(({ name }) => name).sort();
};

beforeEach(() => {
  const memory = new SharedArrayBuffer(16 * 1024 * 1024);
  formatFileSystem(memory);
  files = openFileSystem(memory, { slot: 0 });
});

describe('createFileCache', () => {
  it('keeps entries for other processes', () => {
    createFileCache(files).set('key', 'välue');
    expect(createFileCache(files).get('key')).toBe('välue');
    expect(createFileCache(files).get('other')).toBeUndefined();
    expect(names(CACHE_DIRECTORY)).toEqual(['key']);
  });

  it('removes what an engine of another version kept, and nothing else', () => {
    for (const path of [
      '/var',
      '/var/cache',
      '/var/cache/jampot',
      '/var/cache/jampot/transform-old',
      '/var/cache/jampot/transform-old/typescript',
    ])
      files.mkdir(path, 0o755);
    for (const path of ['transform-old/a', 'transform-old/typescript/b', 'other'])
      files.writeFile(`/var/cache/jampot/${path}`, Uint8Array.of(1));
    createFileCache(files).set('key', 'value');
    expect(names('/var/cache/jampot')).toEqual(['other', CACHE_DIRECTORY.split('/').at(-1)].sort());
  });

  it('begins anew when too much was kept', () => {
    const cache = createFileCache(files);
    for (let i = 0; i < 30; i++) cache.set(`key${i}`, 'x'.repeat(200_000));
    expect(names(CACHE_DIRECTORY)).toHaveLength(30);
    createFileCache(files, CACHE_DIRECTORY, 5_000_000).set('new', 'value');
    expect(names(CACHE_DIRECTORY)).toEqual(['new']);
  });

  it('does without when the file system takes nothing', () => {
    files.writeFile('/var', new Uint8Array());
    const cache = createFileCache(files);
    cache.set('key', 'value');
    expect(cache.get('key')).toBeUndefined();
    expect(new Transforms(cache).module(`export const a = 1;${' '.repeat(300)}`, false).code).toContain('a');
  });
});
