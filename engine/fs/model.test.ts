/* oxlint-disable vitest/no-standalone-expect -- the model's methods run inside the tests */
import * as node from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkFileSystem, formatFileSystem, openFileSystem, type SharedFileSystem } from './file-system.ts';
import { STAT_FIELDS } from './types.ts';

/*
 * Random operations on ours and on the native file system (tmpfs where there is one), with the same paths: results, errnos and the whole
 * trees must be the same. FS_MODEL_SEED=n repeats a run.
 */

const SEEDS = process.env['FS_MODEL_SEED'] ? process.env['FS_MODEL_SEED'].split(',').map(Number) : [1, 2, 3, 4, 5, Date.now() % 1_000_000];
const STEPS = 3000;
const SHM = '/dev/shm';
const roots: string[] = [];
const isRoot = process.getuid?.() === 0;
const umask = process.umask();

afterAll(() => {
  for (const root of roots) node.rmSync(root, { recursive: true, force: true });
});

describe('SharedFileSystem against the native file system', () => {
  for (const seed of SEEDS) {
    it(`does the same in ${STEPS} random operations (seed ${seed})`, () => {
      new Model(seed).run(STEPS);
    });
  }
});

type Outcome = number | string | readonly string[];

class Model {
  readonly #random: () => number;
  readonly #base: string;
  readonly #top: string;
  readonly #memory = new SharedArrayBuffer(32 * 1024 * 1024);
  readonly #fs: SharedFileSystem;
  readonly #open: { fd: number; ino: number }[] = [];
  readonly #log: string[] = [];
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = generator(seed);
    this.#top = node.mkdtempSync(join(node.existsSync(SHM) ? SHM : tmpdir(), 'jampot-model-'));
    roots.push(this.#top);
    formatFileSystem(this.#memory);
    this.#fs = openFileSystem(this.#memory, { slot: 1 });
    // Deep enough that '..' and symlinks do not lead out of the directory that is compared.
    this.#base = join(this.#top, ...Array.from({ length: 12 }, (_, i) => `${i}`));
    node.mkdirSync(this.#base, { recursive: true });
    let path = '';
    for (const part of this.#base.split('/').slice(1)) this.#fs.mkdir((path += `/${part}`), 0o777 & ~umask);
    this.#fs.chmod(this.#top, node.statSync(this.#top).mode);
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.#step();
      if (step % 500 === 499) this.#compareTrees();
    }
    this.#compareTrees();
    for (const { fd, ino } of this.#open.splice(0)) {
      node.closeSync(fd);
      expect(this.#fs.release(ino)).toBe(0);
    }
    expect(checkFileSystem(this.#memory)).toEqual([]);
    expect(this.#fs.rename(this.#top, `${this.#top}-moved`)).toBe(0);
    this.#removeAll(`${this.#top}-moved`);
    expect(checkFileSystem(this.#memory)).toEqual([]);
    const { blocks, freeBlocks } = this.#fs.usage();
    // What is left is the path to the top.
    expect(blocks - freeBlocks).toBeLessThan(5);
  }

  #step(): void {
    const fs = this.#fs;
    const kinds = [
      'writeFile',
      'writeFile',
      'mkdir',
      'mkdir',
      'unlink',
      'rmdir',
      'rename',
      'rename',
      'link',
      'symlink',
      'stat',
      'lstat',
      'readFile',
      'readdir',
      'readlink',
      'realpath',
      'access',
      'chmod',
      'chown',
      'utimes',
      'lutimes',
      'open',
      'open',
      'truncatePath',
      'write',
      'append',
      'read',
      'truncate',
      'fstat',
      'close',
    ];
    const kind = this.#pick(kinds);
    const path = this.#path();
    switch (kind) {
      case 'writeFile': {
        const data = this.#data();
        return this.#same(
          `writeFile ${path} ${data.length}`,
          () => fs.writeFile(path, data, 0o666 & ~umask),
          () => node.writeFileSync(path, data),
        );
      }
      case 'mkdir':
        return this.#same(
          `mkdir ${path}`,
          () => fs.mkdir(path, 0o777 & ~umask),
          () => node.mkdirSync(path),
        );
      case 'unlink':
        return this.#same(
          `unlink ${path}`,
          () => fs.unlink(path),
          () => node.unlinkSync(path),
        );
      case 'rmdir':
        return this.#same(
          `rmdir ${path}`,
          () => fs.rmdir(path),
          () => node.rmdirSync(path),
        );
      case 'rename': {
        const to = this.#path();
        return this.#same(
          `rename ${path} ${to}`,
          () => fs.rename(path, to),
          () => node.renameSync(path, to),
        );
      }
      case 'link': {
        const to = this.#path();
        return this.#same(
          `link ${path} ${to}`,
          () => fs.link(path, to),
          () => node.linkSync(path, to),
        );
      }
      case 'symlink': {
        const target = this.#random() < 0.3 ? this.#path() : this.#relative(3);
        return this.#same(
          `symlink ${target} ${path}`,
          () => fs.symlink(target, path),
          () => node.symlinkSync(target, path),
        );
      }
      case 'stat':
        return this.#same(
          `stat ${path}`,
          () => this.#stat((out) => fs.stat(path, out)),
          () => nativeStat(node.statSync(path)),
        );
      case 'lstat':
        return this.#same(
          `lstat ${path}`,
          () => this.#stat((out) => fs.lstat(path, out)),
          () => nativeStat(node.lstatSync(path)),
        );
      case 'readFile':
        return this.#same(
          `readFile ${path}`,
          () => content(fs.readFile(path)),
          () => content(node.readFileSync(path)),
        );
      case 'readdir':
        return this.#same(
          `readdir ${path}`,
          () => entries(fs.readdir(path)),
          () =>
            node
              .readdirSync(path, { withFileTypes: true })
              .map((e) => `${e.name} ${e.isDirectory() ? 2 : e.isSymbolicLink() ? 3 : 1}`)
              .sort(),
        );
      case 'readlink':
        return this.#same(
          `readlink ${path}`,
          () => fs.readlink(path),
          () => node.readlinkSync(path),
        );
      case 'realpath':
        return this.#same(
          `realpath ${path}`,
          () => fs.realpath(path),
          () => node.realpathSync.native(path),
        );
      case 'access': {
        const mode = this.#pick([0, 1, 2, 4]);
        return this.#same(
          `access ${path} ${mode}`,
          () => fs.access(path, mode),
          () => node.accessSync(path, mode),
        );
      }
      case 'chmod': {
        const mode = 0o700 | this.#pick([0o644, 0o755, 0o600, 0o6777, 0o2755]);
        return this.#same(
          `chmod ${path} ${mode.toString(8)}`,
          () => fs.chmod(path, mode),
          () => node.chmodSync(path, mode),
        );
      }
      case 'chown': {
        if (!isRoot) return;
        const uid = this.#pick([0, 5, 0xffffffff]);
        const gid = this.#pick([0, 6, 0xffffffff]);
        if (this.#random() < 0.5)
          return this.#same(
            `chown ${path} ${uid} ${gid}`,
            () => fs.chown(path, uid, gid),
            () => node.chownSync(path, uid, gid),
          );
        return this.#same(
          `lchown ${path} ${uid} ${gid}`,
          () => fs.chown(path, uid, gid, false),
          () => node.lchownSync(path, uid, gid),
        );
      }
      case 'utimes': {
        const [atime, mtime] = [this.#time(), this.#time()];
        this.#same(
          `utimes ${path} ${atime} ${mtime}`,
          () => fs.utimes(path, atime, mtime),
          () => node.utimesSync(path, atime, mtime),
        );
        return this.#same(
          `times ${path}`,
          () => this.#mtime((out) => fs.stat(path, out)),
          () => `${node.statSync(path, { bigint: true }).mtimeNs}`,
        );
      }
      case 'lutimes': {
        const [atime, mtime] = [this.#time(), this.#time()];
        this.#same(
          `lutimes ${path} ${atime} ${mtime}`,
          () => fs.utimes(path, atime, mtime, false),
          () => node.lutimesSync(path, atime, mtime),
        );
        return this.#same(
          `times ${path}`,
          () => this.#mtime((out) => fs.lstat(path, out)),
          () => `${node.lstatSync(path, { bigint: true }).mtimeNs}`,
        );
      }
      case 'open':
        return this.#openBoth(path);
      case 'truncatePath': {
        const size = this.#integer(30_000);
        return this.#same(
          `truncate ${path} ${size}`,
          () => this.#withOpen(path, (ino) => fs.truncate(ino, size)),
          () => node.truncateSync(path, size),
        );
      }
      default:
        return this.#onHandle(kind);
    }
  }

  #onHandle(kind: string): void {
    const fs = this.#fs;
    const index = this.#integer(this.#open.length);
    const handle = this.#open[index];
    if (handle === undefined) return;
    const { fd, ino } = handle;
    const name = `${kind} #${ino}`;
    switch (kind) {
      case 'write': {
        const data = this.#data();
        const position = this.#integer(60_000);
        return this.#same(
          `${name} ${data.length} at ${position}`,
          () => fs.write(ino, data, position),
          () => node.writeSync(fd, data, 0, data.length, position),
        );
      }
      case 'append': {
        const data = this.#data();
        const size = node.fstatSync(fd).size;
        return this.#same(
          `${name} ${data.length}`,
          () => fs.write(ino, data, 0, true),
          () => node.writeSync(fd, data, 0, data.length, size),
        );
      }
      case 'read': {
        const [ours, theirs] = [new Uint8Array(this.#integer(20_000)), new Uint8Array(20_000)];
        const position = this.#integer(60_000);
        return this.#same(
          `${name} ${ours.length} at ${position}`,
          () => content(ours.subarray(0, fs.read(ino, ours, position))),
          () => content(theirs.subarray(0, node.readSync(fd, theirs, 0, ours.length, position))),
        );
      }
      case 'truncate': {
        const size = this.#integer(60_000);
        return this.#same(
          `${name} ${size}`,
          () => fs.truncate(ino, size),
          () => node.ftruncateSync(fd, size),
        );
      }
      case 'fstat':
        return this.#same(
          name,
          () => this.#stat((out) => fs.statInode(ino, out)),
          () => nativeStat(node.fstatSync(fd)),
        );
      case 'close':
        this.#open.splice(index, 1);
        return this.#same(
          name,
          () => fs.release(ino),
          () => node.closeSync(fd),
        );
      default:
        throw new Error(`${kind} is no operation of the model`);
    }
  }

  #openBoth(path: string): void {
    const { O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_DIRECTORY, O_RDONLY } = node.constants;
    let flags = O_RDWR;
    for (const flag of [O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW]) if (this.#random() < 0.3) flags |= flag;
    if (this.#random() < 0.1) flags = O_RDONLY | O_DIRECTORY | (this.#random() < 0.5 ? O_NOFOLLOW : 0);
    let fd = -1;
    let ino = -1;
    this.#same(
      `open ${path} 0${flags.toString(8)}`,
      () => {
        ino = this.#fs.open(path, flags, 0o666 & ~umask);
        return Math.min(ino, 0);
      },
      () => {
        fd = node.openSync(path, flags, 0o666);
      },
    );
    if (fd < 0) return;
    if ((flags & O_DIRECTORY) === 0 && this.#open.length < 20) this.#open.push({ fd, ino });
    else {
      node.closeSync(fd);
      this.#fs.release(ino);
    }
  }

  #withOpen(path: string, use: (ino: number) => number): number {
    const ino = this.#fs.open(path, node.constants.O_WRONLY, 0);
    if (ino < 0) return ino;
    const result = use(ino);
    this.#fs.release(ino);
    return result;
  }

  #same(what: string, ours: () => Outcome, theirs: () => Outcome | undefined | void): void {
    this.#log.push(what);
    let expected: Outcome;
    try {
      expected = theirs() ?? 0;
    } catch (error) {
      if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) throw error;
      expected = error.errno;
    }
    expect(ours(), `seed ${this.#seed}, step ${this.#log.length}: ${this.#log.slice(-12).join('\n')}\n`).toEqual(expected);
  }

  #compareTrees(): void {
    const ours = new Map<number, number>();
    const inodes = new Map<number, number>();
    const walk = (path: string): void => {
      const out = new Float64Array(STAT_FIELDS);
      expect(this.#fs.lstat(path, out)).toBe(0);
      const native = node.lstatSync(path);
      const message = `seed ${this.#seed}, after step ${this.#log.length}: ${path}`;
      expect(
        this.#stat((target) => this.#fs.lstat(path, target)),
        message,
      ).toEqual(nativeStat(native));
      // The same names share an inode in both.
      const ino = out[7] ?? 0;
      expect(inodes.get(ino) ?? native.ino, message).toBe(native.ino);
      expect(ours.get(native.ino) ?? ino, message).toBe(ino);
      inodes.set(ino, native.ino);
      ours.set(native.ino, ino);
      if (native.isSymbolicLink()) expect(this.#fs.readlink(path), message).toBe(node.readlinkSync(path));
      else if (native.isFile()) expect(content(this.#fs.readFile(path)) === content(node.readFileSync(path)), message).toBe(true);
      else {
        const names = node.readdirSync(path).sort();
        const list = this.#fs.readdir(path);
        expect(typeof list === 'number' ? list : list.map((entry) => entry.name).sort(), message).toEqual(names);
        for (const name of names) walk(`${path}/${name}`);
      }
    };
    walk(this.#top);
    expect(checkFileSystem(this.#memory)).toEqual([]);
  }

  #removeAll(path: string): void {
    const list = this.#fs.readdir(path);
    if (typeof list === 'number') throw new Error(`readdir ${path}: ${list}`);
    for (const { name, type } of list) {
      if (type === 2) this.#removeAll(`${path}/${name}`);
      else expect(this.#fs.unlink(`${path}/${name}`)).toBe(0);
    }
    expect(this.#fs.rmdir(path)).toBe(0);
  }

  #stat(fill: (out: Float64Array) => number): Outcome {
    const out = new Float64Array(STAT_FIELDS);
    const result = fill(out);
    if (result < 0) return result;
    const [, mode = 0, nlink = 0, uid = 0, gid = 0, , , , size = 0] = out;
    return describeStat(mode, nlink, uid, gid, size);
  }

  #mtime(fill: (out: BigInt64Array) => number): Outcome {
    const out = new BigInt64Array(STAT_FIELDS);
    const result = fill(out);
    return result < 0 ? result : `${(out[12] ?? 0n) * 1_000_000_000n + (out[13] ?? 0n)}`;
  }

  #path(): string {
    return `${this.#base}/${this.#relative(4)}`;
  }

  #relative(most: number): string {
    const parts: string[] = [];
    const count = 1 + this.#integer(most);
    for (let i = 0; i < count; i++)
      parts.push(this.#pick(['a', 'b', 'c', 'd', 'e', 'ü', 'a', 'b', 'c', 'd', 'long'.repeat(this.#random() < 0.1 ? 64 : 9)]));
    if (this.#random() < 0.1) parts[this.#integer(count)] = '..';
    if (this.#random() < 0.1) parts[this.#integer(count)] = '.';
    return parts.join(this.#random() < 0.05 ? '//' : '/') + (this.#random() < 0.08 ? '/' : '');
  }

  #data(): Uint8Array {
    const size = this.#random() < 0.7 ? this.#integer(3000) : this.#integer(50_000);
    return new Uint8Array(size).fill(1 + this.#integer(255));
  }

  #time(): number {
    return this.#pick([0, 1, 1e9, 1_700_000_000.5, this.#integer(2e9) + this.#integer(1000) / 1000]);
  }

  #integer(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#integer(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
}

function nativeStat(stat: node.Stats): string {
  return describeStat(stat.mode, stat.nlink, stat.uid, stat.gid, stat.size);
}

function describeStat(mode: number, nlink: number, uid: number, gid: number, size: number): string {
  const isDirectory = (mode & 0o170000) === 0o040000;
  // File systems differ in a directory's size; owners are only comparable when root runs the test.
  return `${mode.toString(8)} nlink ${nlink}${isRoot ? ` ${uid}:${gid}` : ''}${isDirectory ? '' : ` ${size} bytes`}`;
}

function content(data: Uint8Array | number): string | number {
  return typeof data === 'number' ? data : Buffer.from(data).toString('latin1');
}

function entries(list: readonly { readonly name: string; readonly type: number }[] | number): Outcome {
  return typeof list === 'number' ? list : list.map((entry) => `${entry.name} ${entry.type}`).sort();
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
