/** What the installer does with files: the shared file system's calls, with failures as `InstallError`s that name the path. */
import type { DirectoryEntry, FileSystem, Result } from '../fs/types.ts';
import { InstallError } from './errors.ts';
import { dirname, join } from './paths.ts';

const ENOENT = -2;
const EEXIST = -17;
const ENOTDIR = -20;
const DIRENT_DIRECTORY = 2;
const S_IFMT = 0o170000;
const S_IFLNK = 0o120000;
const S_IFDIR = 0o040000;

const ERRNO: ReadonlyMap<number, readonly [code: string, text: string]> = new Map([
  [-1, ['EPERM', 'operation not permitted']],
  [-2, ['ENOENT', 'no such file or directory']],
  [-5, ['EIO', 'i/o error']],
  [-12, ['ENOMEM', 'not enough memory']],
  [-13, ['EACCES', 'permission denied']],
  [-17, ['EEXIST', 'file already exists']],
  [-18, ['EXDEV', 'cross-device link not permitted']],
  [-20, ['ENOTDIR', 'not a directory']],
  [-21, ['EISDIR', 'illegal operation on a directory']],
  [-22, ['EINVAL', 'invalid argument']],
  [-27, ['EFBIG', 'file too large']],
  [-28, ['ENOSPC', 'no space left on device']],
  [-30, ['EROFS', 'read-only file system']],
  [-36, ['ENAMETOOLONG', 'name too long']],
  [-39, ['ENOTEMPTY', 'directory not empty']],
  [-40, ['ELOOP', 'too many symbolic links encountered']],
]);

/** Name of a negative errno, such as `ENOSPC`. */
export function errnoName(errno: number): string {
  return ERRNO.get(errno)?.[0] ?? `errno ${-errno}`;
}

function failure(errno: number, call: string, path: string): InstallError {
  const [code, text] = ERRNO.get(errno) ?? [`E${-errno}`, `system error ${-errno}`];
  const remedy =
    errno === -28 ? '\nThe file system of this project is full. Remove files or packages that are not needed, then install again.' : '';
  return new InstallError(code, `${code}: ${text}, ${call} '${path}'${remedy}`, { fault: 'system' });
}

export class Disk {
  readonly files: FileSystem;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  readonly #stat = new Float64Array(18);

  constructor(files: FileSystem) {
    this.files = files;
  }

  #check(result: Result, call: string, path: string): void {
    if (result < 0) throw failure(result, call, path);
  }

  /** Bytes of a file, or null when there is none. */
  read(path: string): Uint8Array<ArrayBuffer> | null {
    const bytes = this.files.readFile(path);
    if (typeof bytes === 'number') {
      if (bytes === ENOENT || bytes === ENOTDIR) return null;
      throw failure(bytes, 'open', path);
    }
    // A private copy by contract, so its buffer is not shared.
    return bytes as Uint8Array<ArrayBuffer>;
  }

  readText(path: string): string | null {
    const bytes = this.read(path);
    return bytes === null ? null : this.#decoder.decode(bytes);
  }

  write(path: string, data: Uint8Array, mode = 0o644): void {
    this.#check(this.files.writeFile(path, data, mode), 'open', path);
  }

  /** Replaces a text file through a rename, so that a reader sees the old or the new text, never a part. */
  writeText(path: string, text: string): void {
    const temporary = `${path}.${this.#token()}`;
    try {
      this.write(temporary, this.#encoder.encode(text));
      this.rename(temporary, path);
    } catch (error) {
      this.files.unlink(temporary);
      throw error;
    }
  }

  #token(): string {
    return crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? '0';
  }

  /** A name beside `path` that nothing else uses: what is replaced waits there until the new one is whole. */
  sibling(path: string): string {
    const at = path.lastIndexOf('/');
    return `${path.slice(0, at + 1)}.${path.slice(at + 1)}-${this.#token()}`;
  }

  mkdir(path: string): void {
    const result = this.files.mkdir(path, 0o755);
    if (result === 0) return;
    if (result === ENOENT) {
      this.mkdir(dirname(path));
      this.#check(this.files.mkdir(path, 0o755), 'mkdir', path);
      return;
    }
    if (result === EEXIST && this.isDirectory(path)) return;
    throw failure(result === EEXIST ? ENOTDIR : result, 'mkdir', path);
  }

  rename(from: string, to: string): void {
    this.#check(this.files.rename(from, to), 'rename', from);
  }

  chmod(path: string, mode: number): void {
    this.#check(this.files.chmod(path, mode), 'chmod', path);
  }

  /** Replaces whatever `path` is with a symlink. */
  symlink(target: string, path: string): void {
    this.mkdir(dirname(path));
    this.remove(path);
    this.#check(this.files.symlink(target, path), 'symlink', path);
  }

  readlink(path: string): string | null {
    const target = this.files.readlink(path);
    return typeof target === 'string' ? target : null;
  }

  realpath(path: string): string | null {
    const real = this.files.realpath(path);
    return typeof real === 'string' ? real : null;
  }

  isFile(path: string): boolean {
    return this.files.kind(path) === 0;
  }

  isDirectory(path: string): boolean {
    return this.files.kind(path) === 1;
  }

  #lstatMode(path: string): number | null {
    const result = this.files.lstat(path, this.#stat);
    if (result === ENOENT || result === ENOTDIR) return null;
    this.#check(result, 'lstat', path);
    return this.#stat[1] ?? 0;
  }

  /** Whether there is an entry, be it a dangling symlink. */
  exists(path: string): boolean {
    return this.#lstatMode(path) !== null;
  }

  isSymlink(path: string): boolean {
    const mode = this.#lstatMode(path);
    return mode !== null && (mode & S_IFMT) === S_IFLNK;
  }

  /** Entries of a directory sorted by name, none when it does not exist. */
  list(path: string): DirectoryEntry[] {
    const entries = this.files.readdir(path);
    if (typeof entries === 'number') {
      if (entries === ENOENT || entries === ENOTDIR) return [];
      throw failure(entries, 'scandir', path);
    }
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Removes a file, a symlink, or a directory with all that is in it; nothing when there is none. */
  remove(path: string): void {
    const mode = this.#lstatMode(path);
    if (mode === null) return;
    if ((mode & S_IFMT) !== S_IFDIR) this.#check(this.files.unlink(path), 'unlink', path);
    else this.#removeDirectory(path);
  }

  #removeDirectory(path: string): void {
    const entries = this.files.readdir(path);
    if (typeof entries === 'number') throw failure(entries, 'scandir', path);
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (entry.type === DIRENT_DIRECTORY) this.#removeDirectory(child);
      else this.#check(this.files.unlink(child), 'unlink', child);
    }
    this.#check(this.files.rmdir(path), 'rmdir', path);
  }
}
