import { setMode, setOwner, setTimes } from './attributes.ts';
import { ATTRIBUTES, CREATE, newestChange, readChanges } from './changes.ts';
import { MAX_SIZE, PATH_MAX, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, X_OK } from './constants.ts';
import { copyAll, copyIn, copyOut } from './data.ts';
import { entryAt, entryIno, entryNameAt, entryNameLength, entryType } from './directory.ts';
import { EACCES, EBADF, EFBIG, EINVAL, EISDIR, ENOENT, ENOSPC, ENOTDIR } from './errno.ts';
import { allocateInode, beginChange, CTIME, endChange, inodeAt, isInode, setTime, sizeOf } from './inodes.ts';
import { BLOCK_SIZE, H_FREE_BLOCKS, H_FREE_INODES, I_DIR_USED, I_ENTRY, I_MODE, I_NLINK, I_PARENT, I_SEQ, ROOT } from './layout.ts';
import { WriteLock } from './lock.ts';
import { BUSY, FOLLOW, NOFOLLOW, NORMAL, PathWalk } from './path-walk.ts';
import { repairVolume } from './repair.ts';
import { fillStat } from './stat.ts';
import { Tree } from './tree.ts';
import type { Change, DirectoryEntry, FileSystem, Inode, Result, Usage } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import { fence, formatVolume, type FormatOptions, openVolume, type Volume, word } from './volume.ts';

export { checkFileSystem, repairFileSystem } from './repair.ts';
export { breakLock, lockForKill, lockOwner, requestKill, unlockAfterKill } from './lock.ts';
export type { FormatOptions } from './volume.ts';

export interface OpenOptions {
  /** Number of the calling thread, below 1024. No two living threads may share one. */
  readonly slot: number;
  /** Called after each call of this instance that changed something; the lock is free by then. */
  readonly onChange?: () => void;
  /** Owner of what this thread creates, default 0. Permissions are not enforced: every thread acts as root. */
  readonly uid?: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly now?: () => number;
}

/** What can be done under the lock. */
export interface Locked {
  readonly volume: Volume;
  /** Notes in the change log that an inode has a name now. */
  readonly log: (ino: Inode) => void;
  readonly pathOf: (ino: Inode) => string | Result;
}

/** Readers try so often without the lock before they take it. */
const TRIES = 32;

/** Makes an empty tree with `/` in the memory. Whoever has it open must not have called it yet. */
export function formatFileSystem(memory: SharedArrayBuffer, options: FormatOptions = {}): void {
  formatVolume(memory, options);
  const volume = openVolume(memory);
  const ino = allocateInode(volume, S_IFDIR | 0o755, 0, 0, Date.now());
  const at = inodeAt(volume, ino);
  volume.words[at + I_NLINK] = 2;
  volume.words[at + I_PARENT] = ROOT;
  endChange(volume, at);
}

/** This thread's view of the file system in `memory`. */
export function openFileSystem(memory: SharedArrayBuffer, options: OpenOptions): SharedFileSystem {
  return new SharedFileSystem(memory, options);
}

/**
 * The shared file system as one thread sees it. Changes take the lock of the memory (lock.ts); reads take none and look again when a writer was
 * in the way, so what they return existed at one moment. Reading does not update atime (as with the mount option noatime).
 */
export class SharedFileSystem implements FileSystem {
  readonly memory: SharedArrayBuffer;
  /** The memory itself: for the other modules of this folder (images, persistence). */
  readonly volume: Volume;
  readonly #volume: Volume;
  readonly #lock: WriteLock;
  readonly #walk: PathWalk;
  readonly #tree: Tree;
  readonly #onChange: (() => void) | undefined;
  readonly #now: () => number;

  constructor(memory: SharedArrayBuffer, options: OpenOptions) {
    this.memory = memory;
    this.#volume = this.volume = openVolume(memory);
    this.#lock = new WriteLock(this.#volume.words, options.slot);
    this.#walk = new PathWalk(this.#volume);
    this.#now = options.now ?? (() => performance.timeOrigin + performance.now());
    this.#tree = new Tree(this.#volume, this.#walk, options.uid ?? 0, this.#now);
    this.#onChange = options.onChange;
  }

  // -- looking up ---------------------------------------------------------------------------

  lookup(path: string, followLast = true): Inode | Result {
    return this.#find(path, followLast ? FOLLOW : NOFOLLOW);
  }

  stat(path: string, out: Float64Array | BigInt64Array, offset = 0): Result {
    return this.#statPath(path, FOLLOW, out, offset);
  }

  lstat(path: string, out: Float64Array | BigInt64Array, offset = 0): Result {
    return this.#statPath(path, NOFOLLOW, out, offset);
  }

  statInode(ino: Inode, out: Float64Array | BigInt64Array, offset = 0): Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    const at = inodeAt(volume, ino);
    for (let tries = 0; ; tries++) {
      const locked = tries === TRIES;
      if (locked) this.#lock.acquire();
      const sequence = Atomics.load(volume.words, at + I_SEQ);
      if ((sequence & 1) === 0) {
        const mode = word(volume.words, at + I_MODE);
        if (mode !== 0) fillStat(volume, ino, at, out, offset);
        fence();
        if (volume.words[at + I_SEQ] === sequence) {
          if (locked) this.#lock.release();
          return mode === 0 ? EBADF : 0;
        }
      }
      if (locked) this.#lock.release();
    }
  }

  kind(path: string): Result {
    const mode = this.#mode(path);
    return mode < 0 ? mode : (mode & S_IFMT) === S_IFDIR ? 1 : 0;
  }

  access(path: string, mode: number): Result {
    const is = this.#mode(path);
    if (is < 0) return is;
    // Root may do anything but run a file that nobody may run.
    return (mode & X_OK) !== 0 && (is & S_IFMT) === S_IFREG && (is & 0o111) === 0 ? EACCES : 0;
  }

  realpath(path: string): string | Result {
    return this.#exclusive(() => {
      const ino = this.#walk.walk(path, FOLLOW);
      if (ino < 0) return ino;
      if (this.#walk.last !== NORMAL) return this.#pathOf(ino);
      const dir = this.#pathOf(this.#walk.dir);
      if (typeof dir === 'number') return dir;
      const name = decodeUtf8(this.#walk.name.bytes, 0, this.#walk.name.length);
      return dir === '/' ? `/${name}` : `${dir}/${name}`;
    });
  }

  readlink(path: string): string | Result {
    const volume = this.#volume;
    return this.#about(path, NOFOLLOW, (ino) => {
      const at = inodeAt(volume, ino);
      return this.#stable(at, () => {
        if ((word(volume.words, at + I_MODE) & S_IFMT) !== S_IFLNK) return EINVAL;
        const bytes = new Uint8Array(Math.min(PATH_MAX, sizeOf(volume, at)));
        copyOut(volume, at, bytes, 0, 0, bytes.length);
        return decodeUtf8(bytes, 0, bytes.length);
      });
    });
  }

  readdir(path: string): DirectoryEntry[] | Result {
    return this.#about(path, FOLLOW, (ino) => this.readdirInode(ino));
  }

  readdirInode(ino: Inode): DirectoryEntry[] | Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    const at = inodeAt(volume, ino);
    return this.#stable(at, () => {
      const type = word(volume.words, at + I_MODE) & S_IFMT;
      if (type !== S_IFDIR) return type === 0 ? EBADF : ENOTDIR;
      const entries: DirectoryEntry[] = [];
      const used = word(volume.words, at + I_DIR_USED);
      for (let entry = 0; entry < used; entry++) {
        const place = entryAt(volume, at, entry);
        if (entryIno(volume, place) === 0) continue;
        const start = entryNameAt(volume, at, place);
        entries.push({ name: decodeUtf8(volume.bytes, start, start + entryNameLength(volume, place)), type: entryType(volume, place) });
      }
      return entries;
    });
  }

  pathOf(ino: Inode): string | Result {
    if (!isInode(this.#volume, ino)) return ENOENT;
    return this.#exclusive(() => this.#pathOf(ino));
  }

  usage(): Usage {
    const { words, blocks, dataBlock, inodes } = this.#volume;
    return {
      blockSize: BLOCK_SIZE,
      blocks: blocks - dataBlock,
      freeBlocks: word(words, H_FREE_BLOCKS),
      inodes: inodes - ROOT,
      freeInodes: word(words, H_FREE_INODES),
    };
  }

  // -- open files ------------------------------------------------------------------------------

  open(path: string, flags: number, mode: number): Inode | Result {
    return this.#changing(() => this.#tree.open(path, flags, mode));
  }

  retain(ino: Inode): Result {
    return this.#exclusive(() => this.#tree.retain(ino));
  }

  release(ino: Inode): Result {
    return this.#exclusive(() => this.#tree.release(ino));
  }

  read(ino: Inode, target: Uint8Array, position: number): Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    if (position < 0) return EINVAL;
    const at = inodeAt(volume, ino);
    for (let tries = 0; ; tries++) {
      const locked = tries === TRIES;
      if (locked) this.#lock.acquire();
      const sequence = Atomics.load(volume.words, at + I_SEQ);
      if ((sequence & 1) === 0) {
        const error = dataError(volume, at);
        const length = error < 0 ? 0 : Math.min(target.length, sizeOf(volume, at) - position);
        if (length > 0) copyOut(volume, at, target, 0, position, length);
        fence();
        if (volume.words[at + I_SEQ] === sequence) {
          if (locked) this.#lock.release();
          return error < 0 ? error : Math.max(0, length);
        }
      }
      if (locked) this.#lock.release();
    }
  }

  write(ino: Inode, source: Uint8Array, position: number, append = false): Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    const at = inodeAt(volume, ino);
    return this.#changing(() => {
      const error = dataError(volume, at);
      if (error < 0) return error;
      const start = append ? sizeOf(volume, at) : position;
      if (start < 0) return EINVAL;
      if (source.length === 0) return 0;
      if (start + source.length > MAX_SIZE) return EFBIG;
      beginChange(volume, at);
      const written = copyIn(volume, at, source, start, true);
      if (written > 0) this.#tree.touch(at);
      endChange(volume, at);
      if (written === 0) return ENOSPC;
      this.#tree.logModify(ino, at);
      return written;
    });
  }

  size(ino: Inode): Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    const at = inodeAt(volume, ino);
    return this.#stable(at, () => (word(volume.words, at + I_MODE) === 0 ? EBADF : sizeOf(volume, at)));
  }

  truncate(ino: Inode, size: number): Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    if (!(size >= 0)) return EINVAL;
    if (size > MAX_SIZE) return EFBIG;
    return this.#changing(() => {
      const error = dataError(volume, inodeAt(volume, ino));
      return error < 0 ? error : this.#tree.truncate(ino, Math.floor(size));
    });
  }

  // -- whole files -------------------------------------------------------------------------------

  readFile(path: string): Uint8Array | Result {
    const volume = this.#volume;
    return this.#about(path, FOLLOW, (ino) => {
      const at = inodeAt(volume, ino);
      return this.#stable(at, () => {
        const error = dataError(volume, at);
        return error < 0 ? error : copyAll(volume, at);
      });
    });
  }

  readWhole(path: string, target: Uint8Array): Result {
    const volume = this.#volume;
    for (let tries = 0; tries < TRIES; tries++) {
      const ino = this.#find(path, FOLLOW);
      if (ino < 0) return ino;
      const at = inodeAt(volume, ino);
      const sequence = Atomics.load(volume.words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      const result = copyWhole(volume, at, target);
      fence();
      if (volume.words[at + I_SEQ] === sequence && this.#walk.stillThere()) return result;
    }
    return this.#exclusive(() => {
      const ino = this.#walk.walk(path, FOLLOW);
      return ino < 0 ? ino : copyWhole(volume, inodeAt(volume, ino), target);
    });
  }

  writeFile(path: string, data: Uint8Array, mode = 0o666): Result {
    return this.#changing(() => this.#tree.writeFile(path, data, mode));
  }

  // -- changing the tree -----------------------------------------------------------------------------

  mkdir(path: string, mode: number): Result {
    return this.#changing(() => this.#tree.mkdir(path, mode));
  }

  rmdir(path: string): Result {
    return this.#changing(() => this.#tree.rmdir(path));
  }

  unlink(path: string): Result {
    return this.#changing(() => this.#tree.unlink(path));
  }

  rename(from: string, to: string): Result {
    return this.#changing(() => this.#tree.rename(from, to));
  }

  link(existing: string, path: string): Result {
    return this.#changing(() => this.#tree.link(existing, path));
  }

  symlink(target: string, path: string): Result {
    return this.#changing(() => this.#tree.symlink(target, path));
  }

  mknod(path: string, mode: number, rdev: number): Result {
    return this.#changing(() => this.#tree.mknod(path, mode, rdev));
  }

  chmod(path: string, mode: number, followLast = true): Result {
    return this.#attributesOf(path, followLast, (at) => setMode(this.#volume, at, mode));
  }

  chmodInode(ino: Inode, mode: number): Result {
    return this.#attributes(ino, (at) => setMode(this.#volume, at, mode));
  }

  chown(path: string, uid: number, gid: number, followLast = true): Result {
    return this.#attributesOf(path, followLast, (at) => setOwner(this.#volume, at, uid, gid));
  }

  chownInode(ino: Inode, uid: number, gid: number): Result {
    return this.#attributes(ino, (at) => setOwner(this.#volume, at, uid, gid));
  }

  utimes(path: string, atime: number, mtime: number, followLast = true): Result {
    return this.#attributesOf(path, followLast, (at) => setTimes(this.#volume, at, atime, mtime, this.#now()));
  }

  utimesInode(ino: Inode, atime: number, mtime: number): Result {
    return this.#attributes(ino, (at) => setTimes(this.#volume, at, atime, mtime, this.#now()));
  }

  // -- watching -----------------------------------------------------------------------------------------

  changeSequence(): number {
    return newestChange(this.#volume);
  }

  changesSince(sequence: number): Change[] | null {
    return readChanges(this.#volume, sequence);
  }

  // -- for images and persistence ------------------------------------------------------------------------

  /** Runs `read` until no writer of this inode was in the way. It may meet anything and must not fail. */
  stable<T>(ino: Inode, read: () => T): T {
    return this.#stable(inodeAt(this.#volume, ino), read);
  }

  /** Runs `operation` under the lock. It must not call this file system, except for `stable`. */
  change(operation: (locked: Locked) => Result): Result {
    return this.#changing(() =>
      operation({
        volume: this.#volume,
        log: (ino) => this.#tree.logAbout(CREATE, ino, inodeAt(this.#volume, ino)),
        pathOf: (ino) => this.#pathOf(ino),
      }),
    );
  }

  // ------------------------------------------------------------------------------------------------------

  #find(path: string, mode: typeof FOLLOW | typeof NOFOLLOW): Result {
    const ino = this.#walk.find(path, mode);
    return ino === BUSY ? this.#exclusive(() => this.#walk.walk(path, mode)) : ino;
  }

  #statPath(path: string, mode: typeof FOLLOW | typeof NOFOLLOW, out: Float64Array | BigInt64Array, offset: number): Result {
    const volume = this.#volume;
    for (let tries = 0; tries < TRIES; tries++) {
      const ino = this.#find(path, mode);
      if (ino < 0) return ino;
      const at = inodeAt(volume, ino);
      const sequence = Atomics.load(volume.words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      fillStat(volume, ino, at, out, offset);
      fence();
      if (volume.words[at + I_SEQ] === sequence && this.#walk.stillThere()) return 0;
    }
    return this.#exclusive(() => {
      const ino = this.#walk.walk(path, mode);
      if (ino < 0) return ino;
      fillStat(volume, ino, inodeAt(volume, ino), out, offset);
      return 0;
    });
  }

  /** `st_mode` of what a path leads to, or -errno. */
  #mode(path: string): Result {
    return this.#about(path, FOLLOW, (ino) => word(this.#volume.words, inodeAt(this.#volume, ino) + I_MODE));
  }

  /** What `read` says of the inode that a path leads to while it leads there, or -errno. `read` takes care of itself being disturbed. */
  #about<T>(path: string, mode: typeof FOLLOW | typeof NOFOLLOW, read: (ino: Inode) => T): T | Result {
    for (let tries = 0; tries < TRIES; tries++) {
      const ino = this.#find(path, mode);
      if (ino < 0) return ino;
      const value = read(ino);
      fence();
      if (this.#walk.stillThere()) return value;
    }
    return this.#exclusive(() => {
      const ino = this.#walk.walk(path, mode);
      return ino < 0 ? ino : read(ino);
    });
  }

  #pathOf(ino: Inode): string | Result {
    const volume = this.#volume;
    let path = '';
    for (let at = ino; at !== ROOT;) {
      const dir = this.#tree.parentOf(at);
      if (dir === 0) return ENOENT;
      const dirAt = inodeAt(volume, dir);
      const place = entryAt(volume, dirAt, word(volume.words, inodeAt(volume, at) + I_ENTRY));
      const start = entryNameAt(volume, dirAt, place);
      path = `/${decodeUtf8(volume.bytes, start, start + entryNameLength(volume, place))}${path}`;
      at = dir;
    }
    return path || '/';
  }

  /** Runs `copy` until no writer was in the way, under the lock at last. */
  #stable<T>(at: number, copy: () => T): T {
    const { words } = this.#volume;
    for (let tries = 0; tries < TRIES; tries++) {
      const sequence = Atomics.load(words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      const value = copy();
      fence();
      if (words[at + I_SEQ] === sequence) return value;
    }
    return this.#exclusive(copy);
  }

  #exclusive<T>(operation: () => T): T {
    probeStack(0, 0, 0, 0, 0, 0, 0, 0);
    this.#lock.acquire();
    try {
      return operation();
    } catch (error) {
      // Nothing in there throws on purpose. Leave no half-made change to the others.
      repairVolume(this.#volume);
      throw error;
    } finally {
      this.#lock.release();
    }
  }

  #changing<T extends number>(operation: () => T): T {
    const result = this.#exclusive(operation);
    if (this.#tree.logged) {
      this.#tree.logged = false;
      this.#onChange?.();
    }
    return result;
  }

  #attributesOf(path: string, followLast: boolean, set: (at: number) => Result): Result {
    return this.#changing(() => {
      const ino = this.#walk.walk(path, followLast ? FOLLOW : NOFOLLOW);
      return ino < 0 ? ino : this.#setAttributes(ino, set);
    });
  }

  #attributes(ino: Inode, set: (at: number) => Result): Result {
    if (!isInode(this.#volume, ino)) return EBADF;
    return this.#changing(() =>
      word(this.#volume.words, inodeAt(this.#volume, ino) + I_MODE) === 0 ? EBADF : this.#setAttributes(ino, set),
    );
  }

  #setAttributes(ino: Inode, set: (at: number) => Result): Result {
    const volume = this.#volume;
    const at = inodeAt(volume, ino);
    beginChange(volume, at);
    const result = set(at);
    if (result === 0) setTime(volume, at, CTIME, this.#now());
    endChange(volume, at);
    if (result === 0) this.#tree.logAbout(ATTRIBUTES, ino, at);
    return result;
  }
}

function copyWhole(volume: Volume, at: number, target: Uint8Array): Result {
  const error = dataError(volume, at);
  if (error < 0) return error;
  const size = sizeOf(volume, at);
  if (size <= target.length) copyOut(volume, at, target, 0, 0, size);
  return size;
}

/** 0 when the inode has bytes that can be read and written. */
function dataError(volume: Volume, at: number): Result {
  const mode = word(volume.words, at + I_MODE);
  const type = mode & S_IFMT;
  return type === S_IFREG ? 0 : mode === 0 ? EBADF : type === S_IFDIR ? EISDIR : EINVAL;
}

/**
 * Guest code may call in with almost no stack left. Running out of it in the middle of a change would tear the change, so run out of it here:
 * this needs more stack than any operation does.
 */
function probeStack(a: number, b: number, c: number, d: number, e: number, f: number, g: number, depth: number): number {
  return depth === PROBE_DEPTH ? a + b + c + d + e + f + g : probeStack(b, c, d, e, f, g, a, depth + 1) + 1;
}
const PROBE_DEPTH = 24;
