import { describe, expect, it } from 'vitest';
import { S_IFCHR } from './constants.ts';
import * as errno from './errno.ts';
import { checkFileSystem, formatFileSystem, openFileSystem, type SharedFileSystem } from './file-system.ts';
import { adoptTree, packTree } from './image.ts';
import { describeTree } from './tree-text.ts';

const bytes = (value: string) => new TextEncoder().encode(value);

function create(size = 16 * 1024 * 1024): { memory: SharedArrayBuffer; fs: SharedFileSystem } {
  const memory = new SharedArrayBuffer(size);
  formatFileSystem(memory);
  return { memory, fs: openFileSystem(memory, { slot: 1 }) };
}

function fill(fs: SharedFileSystem): void {
  fs.mkdir('/p', 0o755);
  fs.mkdir('/p/empty', 0o700);
  fs.mkdir('/p/ü', 0o755);
  fs.writeFile('/p/ü/a.txt', bytes('hello'), 0o640);
  fs.writeFile('/p/none', bytes(''), 0o644);
  fs.writeFile(
    '/p/large',
    new Uint8Array(3_000_000).map((_, i) => i % 251),
    0o755,
  );
  fs.link('/p/ü/a.txt', '/p/again');
  fs.symlink('ü/a.txt', '/p/link');
  fs.mknod('/p/null', S_IFCHR | 0o666, 0x103);
  fs.writeFile('/p/holes', bytes('start'));
  const ino = fs.lookup('/p/holes');
  fs.write(ino, bytes('end'), 2 ** 33);
  fs.truncate(ino, 2 ** 34);
  fs.utimes('/p/ü/a.txt', 5, 1e9);
  for (let i = 0; i < 300; i++) fs.writeFile(`/p/empty/${i}`, bytes(`${i}`.repeat(i)));
}

function join(chunks: Uint8Array[] | number): Uint8Array {
  if (typeof chunks === 'number') throw new Error(`packTree answered ${chunks}`);
  return new Uint8Array(Buffer.concat(chunks));
}

describe('packTree and adoptTree', () => {
  it('bring a tree with all its kinds of inodes into another file system', () => {
    const from = create();
    fill(from.fs);
    const image = join(packTree(from.fs, '/p'));
    const to = create();
    expect(adoptTree(to.fs, '/q', image)).toBe(0);
    expect(describeTree(to.fs, '/q')).toEqual(describeTree(from.fs, '/p'));
    expect(checkFileSystem(to.memory)).toEqual([]);
    const buffer = new Uint8Array(3);
    expect(to.fs.read(to.fs.lookup('/q/holes'), buffer, 2 ** 33)).toBe(3);
    expect(buffer).toEqual(bytes('end'));
    expect(adoptTree(to.fs, '/q', image)).toBe(errno.ENOTEMPTY);
    expect(to.fs.changesSince(0)?.map((change) => change.name)).toContain('large');
  });

  it('leave out what is excluded', () => {
    const { fs } = create();
    fill(fs);
    const to = create();
    expect(adoptTree(to.fs, '/q', join(packTree(fs, '/p', { exclude: (path) => path === '/p/empty' || path.endsWith('.txt') })))).toBe(0);
    expect(to.fs.lookup('/q/empty')).toBe(errno.ENOENT);
    expect(to.fs.lookup('/q/ü')).toBeGreaterThan(0);
    expect(to.fs.lookup('/q/ü/a.txt')).toBe(errno.ENOENT);
  });

  it('adopt all or nothing', () => {
    const { fs } = create();
    fill(fs);
    const image = join(packTree(fs, '/p'));
    const small = create(1024 * 1024);
    const before = small.fs.usage();
    expect(adoptTree(small.fs, '/q', image)).toBe(errno.ENOSPC);
    expect(small.fs.readdir('/')).toEqual([]);
    // The root's own table stays where it is empty, too.
    expect(small.fs.usage()).toEqual(before);
    expect(checkFileSystem(small.memory)).toEqual([]);
    expect(adoptTree(small.fs, '/q', image.subarray(0, 100))).toBe(errno.EINVAL);
    const damaged = image.slice();
    damaged[image.length - 20] = (damaged[image.length - 20] ?? 0) ^ 1;
    expect(adoptTree(create().fs, '/q', damaged)).toBe(errno.EINVAL);
  });

  it('fit an image into fragmented memory', () => {
    const { memory, fs } = create(8 * 1024 * 1024);
    for (let i = 0; ; i++) if (fs.writeFile(`/${i}`, new Uint8Array(10_000)) < 0) break;
    for (let i = 0; i < 5000; i += 2) fs.unlink(`/${i}`);
    const from = create();
    from.fs.mkdir('/p', 0o755);
    for (let i = 0; i < 20; i++) from.fs.writeFile(`/p/${i}`, new Uint8Array(50_000).fill(i));
    expect(adoptTree(fs, '/q', join(packTree(from.fs, '/p')))).toBe(0);
    expect(describeTree(fs, '/q')).toEqual(describeTree(from.fs, '/p'));
    expect(checkFileSystem(memory)).toEqual([]);
  });
});
