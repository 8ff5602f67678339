import { copyIn, freeFrom, hasSpare, replaceRoom, resize, trim } from './data.ts';
import {
  DIRENT_DIRECTORY,
  DIRENT_SYMLINK,
  direntType,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_ACCMODE,
  O_NOFOLLOW,
  O_TRUNC,
  PATH_MAX,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
} from './constants.ts';
import { findEntry, removeEntry, replaceEntry, addEntry } from './directory.ts';
import { EBADF, EBUSY, EEXIST, EINVAL, EISDIR, ELOOP, EMLINK, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY, EPERM } from './errno.ts';
import { allocateInode, beginChange, CTIME, endChange, freeInode, inodeAt, isInode, setTime } from './inodes.ts';
import { BLOCK_SIZE, H_FREE_BLOCKS, H_FREE_INODES, I_DIR_LIVE, I_GID, I_MODE, I_NLINK, I_PARENT, I_RDEV, I_REFS } from './layout.ts';
import { addName, countStructure, countSubdirectory, freeWithData, removeName, touch, unlinked } from './links.ts';
import { Name } from './name.ts';
import { isWithin } from './parents.ts';
import { CREATE, DOT, DOTDOT, FOLLOW, NOFOLLOW, NORMAL, PARENT, type PathWalk } from './path-walk.ts';
import { TreeLog } from './tree-log.ts';
import type { Result } from './types.ts';
import { encodeUtf8, utf8Length } from './utf8.ts';
import type { Volume } from './volume.ts';
import { word } from './volume.ts';

/** Bits of a mode that a call may set. */
const PERMISSIONS = 0o7777;
/** A directory's nlink counts its subdirectories. */
const MOST_LINKS = 0x7fff_ffff;

/** What makes, moves and removes names. Everything here runs under the lock; files are created as `uid`. */
export class Tree {
  readonly log: TreeLog;

  readonly #volume: Volume;
  readonly #walk: PathWalk;
  readonly #uid: number;
  readonly #now: () => number;
  readonly #from = new Name();

  constructor(volume: Volume, walk: PathWalk, uid: number, now: () => number) {
    this.log = new TreeLog(volume);
    this.#volume = volume;
    this.#walk = walk;
    this.#uid = uid;
    this.#now = now;
  }

  open(path: string, flags: number, mode: number): Result {
    const { words } = this.#volume;
    const walk = this.#walk;
    const create = (flags & O_CREAT) !== 0;
    if (create && (flags & O_DIRECTORY) !== 0) return EINVAL;
    const follow = (flags & O_NOFOLLOW) === 0 && (flags & (O_CREAT | O_EXCL)) !== (O_CREAT | O_EXCL);
    let ino = walk.walk(path, follow ? (create ? CREATE : FOLLOW) : create ? PARENT : NOFOLLOW);
    if (create && walk.dir !== 0 && walk.trailing) return EISDIR;
    if (ino < 0) {
      if (ino !== ENOENT || !create || walk.dir === 0) return ino;
      ino = this.#create(walk.dir, walk.name, S_IFREG | (mode & PERMISSIONS));
      if (ino < 0) return ino;
      this.log.created(walk.dir, ino, walk.name);
      return this.retain(ino) < 0 ? EBADF : ino;
    }
    const at = inodeAt(this.#volume, ino);
    const type = word(words, at + I_MODE) & S_IFMT;
    if (create && (flags & O_EXCL) !== 0) return EEXIST;
    if (type === S_IFDIR) {
      if (create || (flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0) return EISDIR;
    } else {
      if ((flags & O_DIRECTORY) !== 0) return ENOTDIR;
      if (type === S_IFLNK) return ELOOP;
      if ((flags & O_TRUNC) !== 0 && type === S_IFREG) this.truncate(ino, 0);
    }
    this.retain(ino);
    return ino;
  }

  retain(ino: number): Result {
    if (!isInode(this.#volume, ino)) return EBADF;
    const { words } = this.#volume;
    const at = inodeAt(this.#volume, ino);
    if (word(words, at + I_MODE) === 0) return EBADF;
    words[at + I_REFS] = word(words, at + I_REFS) + 1;
    return 0;
  }

  release(ino: number): Result {
    if (!isInode(this.#volume, ino)) return EBADF;
    const { words } = this.#volume;
    const at = inodeAt(this.#volume, ino);
    const refs = word(words, at + I_REFS);
    if (word(words, at + I_MODE) === 0 || refs === 0) return EBADF;
    words[at + I_REFS] = refs - 1;
    if (refs > 1) return 0;
    if (word(words, at + I_NLINK) === 0) {
      beginChange(this.#volume, at);
      freeWithData(this.#volume, ino, at);
      endChange(this.#volume, at);
    } else if ((word(words, at + I_MODE) & S_IFMT) === S_IFREG && hasSpare(this.#volume, at)) {
      beginChange(this.#volume, at);
      trim(this.#volume, at);
      endChange(this.#volume, at);
    }
    return 0;
  }

  truncate(ino: number, size: number): Result {
    const at = inodeAt(this.#volume, ino);
    beginChange(this.#volume, at);
    resize(this.#volume, at, size);
    touch(this.#volume, at, this.#now());
    endChange(this.#volume, at);
    this.log.modified(ino, at);
    return 0;
  }

  writeFile(path: string, data: Uint8Array, mode: number): Result {
    const volume = this.#volume;
    const { words } = volume;
    const walk = this.#walk;
    let ino = walk.walk(path, CREATE);
    if (ino < 0) {
      if (ino !== ENOENT || walk.dir === 0) return ino;
      if (word(words, H_FREE_BLOCKS) < Math.ceil(data.length / BLOCK_SIZE)) return ENOSPC;
      ino = this.#create(walk.dir, walk.name, S_IFREG | (mode & PERMISSIONS), data);
      if (ino < 0) return ino;
      this.log.created(walk.dir, ino, walk.name);
      return 0;
    }
    const at = inodeAt(volume, ino);
    const type = word(words, at + I_MODE) & S_IFMT;
    if (type !== S_IFREG) return type === S_IFDIR ? EISDIR : EINVAL;
    beginChange(volume, at);
    const roomy = replaceRoom(volume, at, data.length);
    if (roomy) copyIn(volume, at, data, 0, false);
    touch(volume, at, this.#now());
    endChange(volume, at);
    this.log.modified(ino, at);
    return roomy ? 0 : ENOSPC;
  }

  mkdir(path: string, mode: number): Result {
    const dir = this.#newName(path, true);
    if (dir < 0) return dir;
    const parentAt = inodeAt(this.#volume, dir);
    if (word(this.#volume.words, parentAt + I_NLINK) >= MOST_LINKS) return EMLINK;
    const setgid = word(this.#volume.words, parentAt + I_MODE) & S_ISGID;
    const ino = this.#create(dir, this.#walk.name, S_IFDIR | (mode & 0o1777) | setgid);
    if (ino < 0) return ino;
    this.log.created(dir, ino, this.#walk.name);
    return 0;
  }

  mknod(path: string, mode: number, rdev: number): Result {
    const type = mode & S_IFMT || S_IFREG;
    const dir = this.#newName(path, false);
    if (dir < 0) return dir;
    if (type === S_IFDIR) return EPERM;
    if (type !== S_IFREG && type !== S_IFCHR && type !== S_IFBLK && type !== S_IFIFO && type !== S_IFSOCK) return EINVAL;
    const ino = this.#create(dir, this.#walk.name, type | (mode & PERMISSIONS));
    if (ino < 0) return ino;
    if (type === S_IFCHR || type === S_IFBLK) this.#volume.words[inodeAt(this.#volume, ino) + I_RDEV] = rdev;
    this.log.created(dir, ino, this.#walk.name);
    return 0;
  }

  symlink(target: string, path: string): Result {
    if (target.length === 0) return ENOENT;
    const length = utf8Length(target);
    if (length >= PATH_MAX) return ENAMETOOLONG;
    const dir = this.#newName(path, false);
    if (dir < 0) return dir;
    const bytes = new Uint8Array(length + 4);
    encodeUtf8(target, 0, target.length, bytes, 0);
    const ino = this.#create(dir, this.#walk.name, S_IFLNK | 0o777, bytes.subarray(0, length));
    if (ino < 0) return ino;
    this.log.created(dir, ino, this.#walk.name);
    return 0;
  }

  link(existing: string, path: string): Result {
    const volume = this.#volume;
    const ino = this.#walk.walk(existing, NOFOLLOW);
    if (ino < 0) return ino;
    const dir = this.#newName(path, false);
    if (dir < 0) return dir;
    const at = inodeAt(volume, ino);
    const mode = word(volume.words, at + I_MODE);
    if ((mode & S_IFMT) === S_IFDIR) return EPERM;
    const now = this.#now();
    if (!addName(volume, dir, this.#walk.name, ino, direntType(mode), now)) return ENOSPC;
    beginChange(volume, at);
    volume.words[at + I_NLINK] = word(volume.words, at + I_NLINK) + 1;
    setTime(volume, at, CTIME, now);
    endChange(volume, at);
    this.log.created(dir, ino, this.#walk.name);
    return 0;
  }

  unlink(path: string): Result {
    const walk = this.#walk;
    const ino = walk.walk(path, PARENT);
    if (ino < 0) return ino;
    if (walk.last !== NORMAL || walk.type === DIRENT_DIRECTORY) return EISDIR;
    if (walk.trailing) return ENOTDIR;
    const structural = walk.type === DIRENT_SYMLINK;
    if (structural) countStructure(this.#volume);
    const now = this.#now();
    removeName(this.#volume, walk.dir, findEntry(this.#volume, inodeAt(this.#volume, walk.dir), walk.name), ino, now);
    unlinked(this.#volume, ino, 1, now);
    if (structural) countStructure(this.#volume);
    this.log.deleted(walk.dir, ino, walk.name);
    return 0;
  }

  rmdir(path: string): Result {
    const walk = this.#walk;
    const ino = walk.walk(path, PARENT);
    if (ino < 0) return ino;
    if (walk.last !== NORMAL) return walk.last === DOT ? EINVAL : walk.last === DOTDOT ? ENOTEMPTY : EBUSY;
    if (walk.type !== DIRENT_DIRECTORY) return ENOTDIR;
    if (word(this.#volume.words, inodeAt(this.#volume, ino) + I_DIR_LIVE) > 0) return ENOTEMPTY;
    const now = this.#now();
    countStructure(this.#volume);
    removeName(this.#volume, walk.dir, findEntry(this.#volume, inodeAt(this.#volume, walk.dir), walk.name), ino, now);
    countSubdirectory(this.#volume, walk.dir, -1);
    unlinked(this.#volume, ino, 2, now);
    countStructure(this.#volume);
    this.log.deleted(walk.dir, ino, walk.name);
    return 0;
  }

  rename(from: string, to: string): Result {
    const volume = this.#volume;
    const walk = this.#walk;
    const ino = walk.walk(from, PARENT);
    if (ino < 0 && walk.dir === 0) return ino;
    const fromLast = walk.last;
    const fromDir = walk.dir;
    const fromType = walk.type;
    const fromTrailing = walk.trailing;
    this.#from.copy(walk.name);
    const over = walk.walk(to, PARENT);
    if (over < 0 && walk.dir === 0) return over;
    if ((ino > 0 && fromLast !== NORMAL) || (over > 0 && walk.last !== NORMAL)) return EBUSY;
    if (ino < 0) return ino;
    if (over < 0 && over !== ENOENT) return over;
    const toDir = walk.dir;
    const isDirectory = fromType === DIRENT_DIRECTORY;
    if (!isDirectory && (fromTrailing || walk.trailing)) return ENOTDIR;
    if (isDirectory && isWithin(volume, toDir, ino)) return EINVAL;
    if (over > 0) {
      if (isWithin(volume, fromDir, over)) return ENOTEMPTY;
      if (over === ino) return 0;
      if (isDirectory && walk.type !== DIRENT_DIRECTORY) return ENOTDIR;
      if (!isDirectory && walk.type === DIRENT_DIRECTORY) return EISDIR;
      if (isDirectory && word(volume.words, inodeAt(volume, over) + I_DIR_LIVE) > 0) return ENOTEMPTY;
    }
    return this.#move(ino, fromType, fromDir, over, toDir);
  }

  #move(ino: number, type: number, fromDir: number, over: number, toDir: number): Result {
    const volume = this.#volume;
    const { words } = volume;
    const now = this.#now();
    const isDirectory = type === DIRENT_DIRECTORY;
    const structural = isDirectory || type === DIRENT_SYMLINK || (over > 0 && this.#walk.type === DIRENT_SYMLINK) || fromDir !== toDir;
    if (structural) countStructure(volume);
    const toAt = inodeAt(volume, toDir);
    const fromAt = inodeAt(volume, fromDir);
    // In one directory both names change in one step for readers.
    beginChange(volume, toAt);
    if (fromDir !== toDir) beginChange(volume, fromAt);
    let done = true;
    if (over > 0) replaceEntry(volume, toDir, findEntry(volume, toAt, this.#walk.name), ino, type);
    else done = addEntry(volume, toDir, this.#walk.name, ino, type);
    if (done) {
      removeEntry(volume, fromDir, findEntry(volume, fromAt, this.#from));
      touch(volume, toAt, now);
      touch(volume, fromAt, now);
    }
    if (fromDir !== toDir) endChange(volume, fromAt);
    endChange(volume, toAt);
    if (done) {
      const at = inodeAt(volume, ino);
      beginChange(volume, at);
      setTime(volume, at, CTIME, now);
      endChange(volume, at);
      if (isDirectory) {
        countSubdirectory(volume, fromDir, -1);
        if (over <= 0) countSubdirectory(volume, toDir, 1);
      }
      if (over > 0) {
        if (words[inodeAt(volume, over) + I_PARENT] === toDir) words[inodeAt(volume, over) + I_PARENT] = 0;
        unlinked(volume, over, isDirectory ? 2 : 1, now);
      }
    }
    if (structural) countStructure(volume);
    if (!done) return ENOSPC;
    this.log.deleted(fromDir, ino, this.#from);
    this.log.created(toDir, ino, this.#walk.name);
    return 0;
  }

  /** Directory for a name that is about to be made (then `walk.name` is it), or -errno. */
  #newName(path: string, directory: boolean): Result {
    const walk = this.#walk;
    const ino = walk.walk(path, PARENT);
    if (ino > 0) return EEXIST;
    if (ino !== ENOENT || walk.dir === 0) return ino;
    return walk.trailing && !directory ? ENOENT : walk.dir;
  }

  /** A new inode under a new name, with its data; or -errno and nothing has happened. */
  #create(dir: number, name: Name, mode: number, data?: Uint8Array): Result {
    const volume = this.#volume;
    const { words } = volume;
    if (word(words, H_FREE_INODES) === 0) return ENOSPC;
    const now = this.#now();
    const dirAt = inodeAt(volume, dir);
    const gid = (word(words, dirAt + I_MODE) & S_ISGID) !== 0 ? word(words, dirAt + I_GID) : this.#uid;
    const ino = allocateInode(volume, mode, this.#uid, gid, now);
    if (ino === 0) return ENOSPC;
    const at = inodeAt(volume, ino);
    const isDirectory = (mode & S_IFMT) === S_IFDIR;
    const filled =
      data === undefined ||
      data.length === 0 ||
      (replaceRoom(volume, at, data.length) && copyIn(volume, at, data, 0, false) === data.length);
    if (!filled || !addName(volume, dir, name, ino, direntType(mode), now)) {
      freeFrom(volume, at, 0);
      freeInode(volume, ino);
      endChange(volume, at);
      return ENOSPC;
    }
    words[at + I_NLINK] = isDirectory ? 2 : 1;
    if (isDirectory) countSubdirectory(volume, dir, 1);
    endChange(volume, at);
    return ino;
  }
}
