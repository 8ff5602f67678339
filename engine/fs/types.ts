/**
 * The file system that every thread of the engine shares (see docs/architecture.md, "Files").
 *
 * All operations are synchronous and never throw for a failed system call: they return a
 * non-negative result or a negative Linux errno (`-2` for ENOENT). Only Node's bindings make
 * exceptions of them. Paths are absolute; `.`/`..`, repeated slashes and symlinks are resolved
 * by the file system as Linux does (40 links at most, then ELOOP). Names are strings; bytes that are not UTF-8
 * travel as lone surrogates U+DC80..U+DCFF (one per byte), as Python's `surrogateescape` does.
 */

/** A non-negative result, or a negative Linux errno. */
export type Result = number;

/** Number of an inode, unique as long as it is linked or held open. */
export type Inode = number;

/**
 * Fields of a stat record in the order of Node's `statValues` (internal/fs/utils `getStatsFromBinding`):
 * dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, then seconds and nanoseconds of atime, mtime, ctime, birthtime.
 */
export const STAT_FIELDS = 18;

export interface DirectoryEntry {
  readonly name: string;
  /** Node's UV_DIRENT_*: 1 file, 2 directory, 3 symlink, 4 fifo, 5 socket, 6 character device. */
  readonly type: number;
}

export type ChangeKind = 'create' | 'delete' | 'modify' | 'attributes';

/** One entry of the change log: what happened to `name` in directory `parent`. A rename is a delete and a create with the same `ino`. */
export interface Change {
  readonly sequence: number;
  readonly kind: ChangeKind;
  readonly parent: Inode;
  readonly name: string;
  readonly ino: Inode;
}

export interface Usage {
  readonly blockSize: number;
  readonly blocks: number;
  readonly freeBlocks: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

export interface FileSystem {
  // -- looking up ---------------------------------------------------------------------------
  /** Inode of a path, or -errno. Never allocates for a missing file: resolvers ask for thousands. */
  lookup(path: string, followLast?: boolean): Inode | Result;
  /** Fills `out[offset .. offset+18)`; 0 or -errno. */
  stat(path: string, out: Float64Array | BigInt64Array, offset?: number): Result;
  lstat(path: string, out: Float64Array | BigInt64Array, offset?: number): Result;
  statInode(ino: Inode, out: Float64Array | BigInt64Array, offset?: number): Result;
  /** 0 for a file, 1 for a directory, -errno: what Node's `internalModuleStat` returns. */
  kind(path: string): Result;
  access(path: string, mode: number): Result;
  realpath(path: string): string | Result;
  readlink(path: string): string | Result;
  readdir(path: string): DirectoryEntry[] | Result;
  readdirInode(ino: Inode): DirectoryEntry[] | Result;
  /** Absolute path of a linked inode (any one of its names), or -ENOENT. */
  pathOf(ino: Inode): string | Result;
  usage(): Usage;

  // -- open files (by inode; descriptors are the business of engine/system) --------------------------
  /**
   * Opens with Linux `O_*` flags (O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW are honoured here) and takes a reference:
   * the inode's data lives until `release`, also after it was unlinked.
   */
  open(path: string, flags: number, mode: number): Inode | Result;
  retain(ino: Inode): Result;
  release(ino: Inode): Result;
  /** Bytes read (0 at the end) or -errno. */
  read(ino: Inode, target: Uint8Array, position: number): Result;
  /** Bytes written or -errno (ENOSPC: nothing or a part was written, as on Linux). `append` ignores `position` and writes at the end, atomically. */
  write(ino: Inode, source: Uint8Array, position: number, append?: boolean): Result;
  /** Size in bytes or -errno. */
  size(ino: Inode): Result;
  truncate(ino: Inode, size: number): Result;

  // -- whole files ------------------------------------------------------------------------------
  /** A private (not shared) copy of a file's bytes, or -errno. */
  readFile(path: string): Uint8Array | Result;
  /** Copies a file's bytes to `target`, which is not shared; the file's size, and when that is more than `target` holds nothing was copied. */
  readWhole(path: string, target: Uint8Array): Result;
  /** Creates or replaces. 0 or -errno. */
  writeFile(path: string, data: Uint8Array, mode?: number): Result;

  // -- changing the tree -----------------------------------------------------------------------
  mkdir(path: string, mode: number): Result;
  rmdir(path: string): Result;
  unlink(path: string): Result;
  rename(from: string, to: string): Result;
  link(existing: string, path: string): Result;
  symlink(target: string, path: string): Result;
  mknod(path: string, mode: number, rdev: number): Result;
  chmod(path: string, mode: number, followLast?: boolean): Result;
  chmodInode(ino: Inode, mode: number): Result;
  chown(path: string, uid: number, gid: number, followLast?: boolean): Result;
  chownInode(ino: Inode, uid: number, gid: number): Result;
  /** Times in seconds since the epoch (fractions count); NaN leaves one as it is. */
  utimes(path: string, atime: number, mtime: number, followLast?: boolean): Result;
  utimesInode(ino: Inode, atime: number, mtime: number): Result;

  // -- watching ---------------------------------------------------------------------------------
  /** Sequence number of the newest change. */
  changeSequence(): number;
  /** Changes after `sequence`, oldest first; `null` when the log has wrapped past it (look at everything again). */
  changesSince(sequence: number): Change[] | null;
}
