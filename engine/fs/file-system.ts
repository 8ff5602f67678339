import { setMode, setOwner, setTimes } from './attributes.ts';
import { ATTRIBUTES, CREATE, newestChange, readChanges } from './changes.ts';
import { MAX_SIZE, S_IFDIR, S_IFMT, S_IFREG, X_OK } from './constants.ts';
import { CriticalSection } from './critical-section.ts';
import { copyIn } from './data.ts';
import { EACCES, EBADF, EFBIG, EINVAL, ENOENT, ENOSPC } from './errno.ts';
import { allocateInode, beginChange, CTIME, endChange, inodeAt, isInode, setTime, sizeOf } from './inodes.ts';
import { BLOCK_SIZE, H_FREE_BLOCKS, H_FREE_INODES, I_MODE, I_NLINK, I_PARENT, ROOT } from './layout.ts';
import { touch } from './links.ts';
import { pathOfInode } from './parents.ts';
import { FOLLOW, NOFOLLOW, NORMAL, PathWalk } from './path-walk.ts';
import { Reader } from './reader.ts';
import { dataError, readAll, readEntries, readMode, readRange, readSize, readStat, readTarget, readWhole } from './reads.ts';
import { Tree } from './tree.ts';
import type { Change, DirectoryEntry, FileSystem, Inode, Result, Usage } from './types.ts';
import { decodeUtf8 } from './utf8.ts';
import { formatVolume, type FormatOptions, openVolume, type Volume, word } from './volume.ts';

export { checkFileSystem, repairFileSystem } from './repair.ts';
export { breakLock, lockForKill, lockOwner, requestKill, unlockAfterKill } from './lock.ts';
export type { FormatOptions } from './volume.ts';

export interface OpenOptions {
  /** Number of the calling thread, below 1024. No two living threads may share one. */
  readonly slot: number;
  /** Which user of the slot the thread is, from 1 (the default) on: `requestKill` stops the one that it names and those before it. */
  readonly incarnation?: number;
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
 * The shared file system as one thread sees it. Changes take the lock of the memory (lock.ts); reads take none (reader.ts), and what they return
 * existed at one moment. Reading does not update atime (as with the mount option noatime).
 */
export class SharedFileSystem implements FileSystem {
  readonly memory: SharedArrayBuffer;
  /** The memory itself: for the other modules of this folder (images, persistence). */
  readonly volume: Volume;
  readonly #volume: Volume;
  readonly #critical: CriticalSection;
  readonly #walk: PathWalk;
  readonly #reader: Reader;
  readonly #tree: Tree;
  readonly #onChange: (() => void) | undefined;
  readonly #now: () => number;

  constructor(memory: SharedArrayBuffer, options: OpenOptions) {
    this.memory = memory;
    this.#volume = this.volume = openVolume(memory);
    this.#critical = new CriticalSection(this.#volume, options.slot, options.incarnation ?? 1);
    this.#walk = new PathWalk(this.#volume);
    this.#reader = new Reader(this.#volume, this.#walk, this.#critical);
    this.#now = options.now ?? (() => performance.timeOrigin + performance.now());
    this.#tree = new Tree(this.#volume, this.#walk, options.uid ?? 0, this.#now);
    this.#onChange = options.onChange;
  }

  // -- looking up ---------------------------------------------------------------------------

  lookup(path: string, followLast = true): Inode | Result {
    return this.#reader.find(path, followLast ? FOLLOW : NOFOLLOW);
  }

  stat(path: string, out: Float64Array | BigInt64Array, offset = 0): Result {
    return this.#reader.ofPath(path, FOLLOW, readStat, out, offset);
  }

  lstat(path: string, out: Float64Array | BigInt64Array, offset = 0): Result {
    return this.#reader.ofPath(path, NOFOLLOW, readStat, out, offset);
  }

  statInode(ino: Inode, out: Float64Array | BigInt64Array, offset = 0): Result {
    return this.#reader.ofInode(ino, readStat, out, offset);
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
    return this.#critical.run(() => {
      const ino = this.#walk.walk(path, FOLLOW);
      if (ino < 0) return ino;
      if (this.#walk.last !== NORMAL) return pathOfInode(this.#volume, ino);
      const dir = pathOfInode(this.#volume, this.#walk.dir);
      if (typeof dir === 'number') return dir;
      const name = decodeUtf8(this.#walk.name.bytes, 0, this.#walk.name.length);
      return dir === '/' ? `/${name}` : `${dir}/${name}`;
    });
  }

  readlink(path: string): string | Result {
    return this.#reader.ofPath(path, NOFOLLOW, readTarget, undefined, undefined);
  }

  readdir(path: string): DirectoryEntry[] | Result {
    return this.#reader.ofPath(path, FOLLOW, readEntries, undefined, undefined);
  }

  readdirInode(ino: Inode): DirectoryEntry[] | Result {
    return this.#reader.ofInode(ino, readEntries, undefined, undefined);
  }

  pathOf(ino: Inode): string | Result {
    if (!isInode(this.#volume, ino)) return ENOENT;
    return this.#critical.run(() => pathOfInode(this.#volume, ino));
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
    return this.#critical.run(() => this.#tree.retain(ino));
  }

  release(ino: Inode): Result {
    return this.#critical.run(() => this.#tree.release(ino));
  }

  read(ino: Inode, target: Uint8Array, position: number): Result {
    return position < 0 ? EINVAL : this.#reader.ofInode(ino, readRange, target, position);
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
      if (written > 0) touch(volume, at, this.#now());
      endChange(volume, at);
      if (written === 0) return ENOSPC;
      this.#tree.log.modified(ino, at);
      return written;
    });
  }

  size(ino: Inode): Result {
    return this.#reader.ofInode(ino, readSize, undefined, undefined);
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
    return this.#reader.ofPath(path, FOLLOW, readAll, undefined, undefined);
  }

  readWhole(path: string, target: Uint8Array): Result {
    return this.#reader.ofPath(path, FOLLOW, readWhole, target, undefined);
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

  /** Runs `read` until no writer of this inode was in the way. It may meet anything and must not fail. EBADF when there is no such inode. */
  stable<T>(ino: Inode, read: () => T): T | Result {
    return this.#reader.ofInode(ino, callRead<T>, read, undefined);
  }

  /** Runs `operation` under the lock. It must not call this file system, except for `stable`. */
  change(operation: (locked: Locked) => Result): Result {
    return this.#changing(() =>
      operation({
        volume: this.#volume,
        log: (ino) => this.#tree.log.about(CREATE, ino, inodeAt(this.#volume, ino)),
        pathOf: (ino) => pathOfInode(this.#volume, ino),
      }),
    );
  }

  // ------------------------------------------------------------------------------------------------------

  /** `st_mode` of what a path leads to, or -errno. */
  #mode(path: string): Result {
    return this.#reader.ofPath(path, FOLLOW, readMode, undefined, undefined);
  }

  #changing<T extends number>(operation: () => T): T {
    const result = this.#critical.run(operation);
    if (this.#tree.log.isWritten) {
      this.#tree.log.isWritten = false;
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
    if (result === 0) this.#tree.log.about(ATTRIBUTES, ino, at);
    return result;
  }
}

function callRead<T>(_volume: Volume, _ino: Inode, _at: number, read: () => T): T {
  return read();
}
