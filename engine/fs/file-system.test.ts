import { beforeEach, describe, expect, it } from 'vitest';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDWR, O_TRUNC, O_WRONLY, S_IFCHR } from './constants.ts';
import * as errno from './errno.ts';
import { checkFileSystem, formatFileSystem, openFileSystem, type SharedFileSystem } from './file-system.ts';
import { STAT_FIELDS } from './types.ts';

const SIZE = 8 * 1024 * 1024;
const text = (bytes: Uint8Array | number) => (typeof bytes === 'number' ? bytes : new TextDecoder().decode(bytes));
const bytes = (value: string) => new TextEncoder().encode(value);

let memory: SharedArrayBuffer;
let fs: SharedFileSystem;

beforeEach(() => {
  memory = new SharedArrayBuffer(SIZE);
  formatFileSystem(memory);
  fs = openFileSystem(memory, { slot: 1 });
});

function stat(path: string): { mode: number; nlink: number; size: number; ino: number; mtime: number } {
  const out = new Float64Array(STAT_FIELDS);
  expect(fs.lstat(path, out)).toBe(0);
  const [, mode = 0, nlink = 0, , , , , ino = 0, size = 0, , , , mtime = 0] = out;
  return { mode, nlink, size, ino, mtime };
}

function names(path: string): string[] | number {
  const entries = fs.readdir(path);
  return typeof entries === 'number' ? entries : entries.map((entry) => entry.name);
}

describe('SharedFileSystem', () => {
  it('starts with an empty root', () => {
    expect(names('/')).toEqual([]);
    expect(fs.kind('/')).toBe(1);
    expect(stat('/')).toMatchObject({ mode: 0o40755, nlink: 2 });
  });

  it('writes, reads, replaces and removes files', () => {
    expect(fs.mkdir('/a', 0o755)).toBe(0);
    expect(fs.writeFile('/a/b.txt', bytes('hello'), 0o644)).toBe(0);
    expect(text(fs.readFile('/a/b.txt'))).toBe('hello');
    expect(fs.writeFile('/a/b.txt', bytes('x'.repeat(5000)))).toBe(0);
    expect(text(fs.readFile('/a/b.txt'))).toBe('x'.repeat(5000));
    expect(stat('/a/b.txt')).toMatchObject({ mode: 0o100644, size: 5000, nlink: 1 });
    expect(fs.unlink('/a/b.txt')).toBe(0);
    expect(fs.readFile('/a/b.txt')).toBe(errno.ENOENT);
    expect(fs.rmdir('/a')).toBe(0);
    expect(fs.kind('/a')).toBe(errno.ENOENT);
  });

  it('remembers missing names only until they exist', () => {
    expect(fs.lookup('/x/y')).toBe(errno.ENOENT);
    fs.mkdir('/x', 0o755);
    expect(fs.lookup('/x/y')).toBe(errno.ENOENT);
    fs.writeFile('/x/y', bytes('1'));
    expect(fs.lookup('/x/y')).toBeGreaterThan(0);
    const other = openFileSystem(memory, { slot: 2 });
    expect(other.unlink('/x/y')).toBe(0);
    expect(fs.lookup('/x/y')).toBe(errno.ENOENT);
    expect(other.rename('/x', '/z')).toBe(0);
    expect(fs.lookup('/x')).toBe(errno.ENOENT);
    expect(fs.kind('/z')).toBe(1);
  });

  it('keeps names that are not ASCII, and bytes that are not UTF-8', () => {
    for (const name of ['für', '日本', '😀', 'a\udcffb']) {
      expect(fs.writeFile(`/${name}`, bytes(name))).toBe(0);
      expect(fs.lookup(`/${name}`)).toBeGreaterThan(0);
    }
    expect(names('/')).toEqual(['für', '日本', '😀', 'a\udcffb']);
    expect(fs.mkdir(`/${'é'.repeat(128)}`, 0o755)).toBe(errno.ENAMETOOLONG);
    expect(fs.mkdir(`/${'é'.repeat(127)}`, 0o755)).toBe(0);
    expect(fs.lookup(`/${'a/'.repeat(2048)}`)).toBe(errno.ENAMETOOLONG);
  });

  it('follows symlinks as Linux does', () => {
    fs.mkdir('/d', 0o755);
    fs.writeFile('/d/f', bytes('data'));
    expect(fs.symlink('d', '/link')).toBe(0);
    expect(fs.symlink('../d/f', '/d/up')).toBe(0);
    expect(text(fs.readFile('/link/up'))).toBe('data');
    expect(fs.readlink('/link')).toBe('d');
    expect(fs.readlink('/link/')).toBe(errno.EINVAL);
    expect(fs.realpath('/link/./up')).toBe('/d/f');
    expect(stat('/link').mode).toBe(0o120777);
    expect(stat('/link/').mode).toBe(0o40755);
    fs.symlink('loop', '/loop');
    expect(fs.kind('/loop')).toBe(errno.ELOOP);
    expect(fs.open('/link', O_NOFOLLOW, 0)).toBe(errno.ELOOP);
    expect(fs.writeFile('/dangling-target/x', bytes(''))).toBe(errno.ENOENT);
    fs.symlink('made', '/dangling');
    expect(fs.writeFile('/dangling', bytes('new'))).toBe(0);
    expect(text(fs.readFile('/made'))).toBe('new');
  });

  it('opens with flags, holds unlinked files, releases them', () => {
    const free = fs.usage();
    const ino = fs.open('/f', O_CREAT | O_EXCL | O_RDWR, 0o600);
    expect(ino).toBeGreaterThan(0);
    expect(fs.open('/f', O_CREAT | O_EXCL | O_RDWR, 0o600)).toBe(errno.EEXIST);
    expect(fs.open('/f', O_DIRECTORY, 0)).toBe(errno.ENOTDIR);
    expect(fs.open('/f/', O_CREAT | O_WRONLY, 0)).toBe(errno.EISDIR);
    expect(fs.open('/', O_WRONLY, 0)).toBe(errno.EISDIR);
    expect(fs.write(ino, bytes('hello'), 3000)).toBe(5);
    const buffer = new Uint8Array(3010);
    expect(fs.read(ino, buffer, 0)).toBe(3005);
    expect(buffer.subarray(0, 3000).every((byte) => byte === 0)).toBe(true);
    expect(fs.unlink('/f')).toBe(0);
    expect(fs.size(ino)).toBe(3005);
    expect(fs.write(ino, bytes('!'), 0, true)).toBe(1);
    expect(fs.size(ino)).toBe(3006);
    expect(fs.release(ino)).toBe(0);
    expect(fs.size(ino)).toBe(errno.EBADF);
    expect(fs.usage()).toEqual(free);
  });

  it('truncates, grows with zeros, O_TRUNC empties', () => {
    fs.writeFile('/f', bytes('a'.repeat(3000)));
    const ino = fs.open('/f', O_RDWR, 0);
    expect(fs.truncate(ino, 10)).toBe(0);
    expect(fs.truncate(ino, 2000)).toBe(0);
    expect(text(fs.readFile('/f'))).toBe('a'.repeat(10) + '\0'.repeat(1990));
    expect(fs.truncate(ino, 2 ** 35)).toBe(0);
    expect(fs.size(ino)).toBe(2 ** 35);
    expect(fs.read(ino, new Uint8Array(4), 2 ** 34)).toBe(4);
    fs.release(ino);
    fs.release(fs.open('/f', O_WRONLY | O_TRUNC, 0) as number);
    expect(stat('/f').size).toBe(0);
  });

  it('renames over files and empty directories, and refuses the rest', () => {
    for (const dir of ['/a', '/b', '/a/c']) fs.mkdir(dir, 0o755);
    fs.writeFile('/f', bytes('f'));
    fs.writeFile('/g', bytes('g'));
    expect(fs.rename('/a', '/a/c/d')).toBe(errno.EINVAL);
    expect(fs.rename('/b', '/a')).toBe(errno.ENOTEMPTY);
    expect(fs.rename('/a/c', '/a')).toBe(errno.ENOTEMPTY);
    expect(fs.rename('/f', '/b')).toBe(errno.EISDIR);
    expect(fs.rename('/b', '/f')).toBe(errno.ENOTDIR);
    expect(fs.rename('/f', '/g')).toBe(0);
    expect(text(fs.readFile('/g'))).toBe('f');
    expect(fs.rename('/a', '/b')).toBe(0);
    expect(names('/b')).toEqual(['c']);
    expect(stat('/')).toMatchObject({ nlink: 3 });
    expect(stat('/b')).toMatchObject({ nlink: 3 });
  });

  it('counts hard links and finds a path of an inode', () => {
    fs.mkdir('/d', 0o755);
    fs.writeFile('/a', bytes('1'));
    expect(fs.link('/a', '/d/b')).toBe(0);
    expect(fs.link('/d', '/e')).toBe(errno.EPERM);
    const { ino, nlink } = stat('/a');
    expect(nlink).toBe(2);
    fs.unlink('/d/b');
    expect(fs.pathOf(ino)).toBe('/a');
    fs.rename('/a', '/d/c');
    expect(fs.pathOf(ino)).toBe('/d/c');
    fs.unlink('/d/c');
    expect(fs.pathOf(ino)).toBe(errno.ENOENT);
  });

  it('changes attributes', () => {
    fs.writeFile('/f', bytes(''), 0o644);
    expect(fs.chmod('/f', 0o755)).toBe(0);
    expect(fs.chown('/f', 5, -1)).toBe(0);
    expect(fs.utimes('/f', 1.5, 1e9 + 0.25)).toBe(0);
    const out = new BigInt64Array(STAT_FIELDS);
    fs.stat('/f', out);
    expect(Array.from(out).slice(1, 5)).toEqual([0o100755n, 1n, 5n, 0n]);
    expect(Array.from(out).slice(10, 14)).toEqual([1n, 500_000_000n, 1_000_000_000n, 250_000_000n]);
    expect(fs.access('/f', 1)).toBe(0);
    fs.chmod('/f', 0o600);
    expect(fs.access('/f', 1)).toBe(errno.EACCES);
    expect(fs.mknod('/null', S_IFCHR | 0o666, 0x103)).toBe(0);
    expect(fs.readdir('/')).toContainEqual({ name: 'null', type: 6 });
  });

  it('keeps directories in the order of creation, however large', () => {
    const expected: string[] = [];
    for (let i = 0; i < 1900; i++) {
      const name = `file-${i}`;
      expected.push(name);
      expect(fs.writeFile(`/${name}`, bytes(name))).toBe(0);
    }
    expect(names('/')).toEqual(expected);
    for (const name of expected) expect(fs.unlink(`/${name}`)).toBe(0);
    expect(names('/')).toEqual([]);
  });

  it('answers ENOSPC when blocks or inodes are gone, and goes on afterwards', () => {
    const before = fs.usage();
    const ino = fs.open('/big', O_CREAT | O_WRONLY, 0o644);
    const chunk = new Uint8Array(100_000).fill(7);
    let size = 0;
    for (;;) {
      const written = fs.write(ino, chunk, size);
      if (written < 0) {
        expect(written).toBe(errno.ENOSPC);
        break;
      }
      size += written;
    }
    expect(fs.usage().freeBlocks).toBe(0);
    expect(fs.size(ino)).toBe(size);
    expect(fs.mkdir('/d', 0o755)).toBe(0);
    expect(fs.writeFile('/d/x', bytes('x'))).toBe(errno.ENOSPC);
    fs.release(ino);
    fs.unlink('/big');
    fs.rmdir('/d');
    expect(fs.usage()).toEqual({ ...before, freeBlocks: before.freeBlocks });
    let made = 0;
    for (;;) {
      const result = fs.mknod(`/n${made}`, 0o644, 0);
      if (result < 0) {
        expect(result).toBe(errno.ENOSPC);
        break;
      }
      made++;
    }
    expect(made).toBe(before.freeInodes);
  });

  it('logs changes, and one of several modifications nobody looked at', () => {
    const since = fs.changeSequence();
    fs.mkdir('/d', 0o755);
    const ino = fs.open('/d/f', O_CREAT | O_WRONLY, 0o644);
    for (let i = 0; i < 10; i++) fs.write(ino, bytes('x'), 0, true);
    fs.rename('/d/f', '/g');
    const changes = fs.changesSince(since);
    const dir = stat('/d').ino;
    expect(changes?.map(({ kind, parent, name, ino: which }) => [kind, parent, name, which])).toEqual([
      ['create', 1, 'd', dir],
      ['create', dir, 'f', ino],
      ['modify', dir, 'f', ino],
      ['delete', dir, 'f', ino],
      ['create', 1, 'g', ino],
    ]);
    const now = fs.changeSequence();
    fs.write(ino, bytes('y'), 0);
    fs.write(ino, bytes('z'), 0);
    expect(fs.changesSince(now)?.map((change) => change.kind)).toEqual(['modify']);
    for (let i = 0; i < 40000; i++) fs.chmod('/g', 0o600);
    expect(fs.changesSince(now)).toBeNull();
  });

  it('calls onChange only when something changed', () => {
    let calls = 0;
    const watched = openFileSystem(memory, { slot: 3, onChange: () => calls++ });
    watched.mkdir('/missing/x', 0o755);
    watched.release(watched.open('/', O_DIRECTORY, 0) as number);
    expect(calls).toBe(0);
    watched.mkdir('/x', 0o755);
    expect(calls).toBe(1);
  });

  it('does all or nothing when the caller has hardly any stack left', () => {
    const data = new Uint8Array(5000);
    const at = (depth: number, operation: () => number): number => (depth > 0 ? at(depth - 1, operation) : operation());
    let deepest = 0;
    const measure = (depth: number): void => {
      deepest = depth;
      measure(depth + 1);
    };
    expect(() => measure(0)).toThrow(RangeError);
    let refused = 0;
    let done = 0;
    // How large a frame is depends on how far it was compiled: search on both sides of the measured depth.
    for (let depth = Math.floor(deepest / 4); depth < deepest * 4 && refused < 400; depth += 13) {
      const name = `/${depth % 500}`;
      const before = [fs.changeSequence(), fs.usage()];
      try {
        at(depth, depth % 2 === 0 ? () => fs.writeFile(name, data) : () => fs.rename(name, `${name}-`));
        done++;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect([fs.changeSequence(), fs.usage()]).toEqual(before);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
    expect(done).toBeGreaterThan(0);
    expect(checkFileSystem(memory)).toEqual([]);
  });
});
