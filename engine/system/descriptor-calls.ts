/** Calls on descriptors of every kind: opening, reading, writing, duplicating, closing. */
import { STAT_FIELDS } from '../fs/types.ts';
import type { Result } from '../fs/types.ts';
import { dropReference } from './close.ts';
import { word } from './control.ts';
import { DEVICE, namedDescriptor, readDevice } from './devices.ts';
import { EBADF, EINVAL, ENODEV, ENOSPC, ENXIO, EPIPE, ESPIPE } from './errno.ts';
import { KIND, MAX_FDS, OPEN_FILE, PROCESS, TTY } from './layout.ts';
import { allocateOpenFile, installAt, openFileAt, openFileOf, reference, uninstall } from './open-files.ts';
import { readRing, writeRing } from './rings.ts';
import type { Thread } from './thread.ts';
import { TTY_OPEN, countTty, readTty, ttyAt, writeTty } from './ttys.ts';
import type { DescriptorKind, System } from './types.ts';

const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_APPEND = 0o2000;
/** Flags that an open descriptor can be given and lose: O_APPEND, O_NONBLOCK. */
const O_CHANGEABLE = O_APPEND | 0o4000;
/** Flags that concern opening only and are not kept (fcntl F_GETFL does not show them). */
const O_CREATION = 0o100 | 0o200 | 0o400 | 0o1000 | 0o2000000;
const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFSOCK = 0o140000;
const STAT_MODE = 1;
const STAT_RDEV = 5;
/** Device number that stat shows for what lives outside the file system, as Linux does with its anonymous devices. */
const ANONYMOUS_DEVICE = 12;
/** Linux's major number of pseudo-terminals. */
const PTS_MAJOR = 136;
const KIND_NAMES: readonly (DescriptorKind | undefined)[] = [undefined, 'file', 'directory', 'pipe', 'socket', 'listener', 'tty', 'null'];

type Names =
  | 'open'
  | 'close'
  | 'dup'
  | 'dup2'
  | 'kind'
  | 'inode'
  | 'flags'
  | 'setFlags'
  | 'read'
  | 'write'
  | 'readBlocking'
  | 'writeBlocking'
  | 'stat'
  | 'seek';

export function descriptorCalls(thread: Thread): Pick<System, Names> {
  const { control, files } = thread;
  const { words } = control;
  const scratch = new Float64Array(STAT_FIELDS);

  /** Opens what is no file: a new description without inode. */
  function openSpecial(kind: number, a: number, flags: number): Result {
    const inodes: number[] = [];
    return thread.withLock(() => {
      const openFile = allocateOpenFile(control, kind, flags);
      if (openFile < 0) return openFile;
      words[openFileAt(openFile) + OPEN_FILE.A] = a;
      if (kind === KIND.TTY) countTty(control, a, 1);
      return thread.installNew(openFile, inodes);
    });
  }

  function openDevice(device: number, flags: number): Result {
    switch (device) {
      case DEVICE.NULL:
      case DEVICE.ZERO:
      case DEVICE.FULL:
      case DEVICE.RANDOM:
      case DEVICE.URANDOM:
        return openSpecial(KIND.DEVICE, device, flags);
      case DEVICE.TTY: {
        const tty = word(control, thread.record + PROCESS.TTY) - 1;
        return tty < 0 || word(control, ttyAt(tty) + TTY.STATE) !== TTY_OPEN ? -ENXIO : openSpecial(KIND.TTY, tty, flags);
      }
      case DEVICE.STDIN:
      case DEVICE.STDOUT:
      case DEVICE.STDERR:
        return thread.dup(device - DEVICE.STDIN);
      default:
        return -ENODEV;
    }
  }

  /** Position for a transfer that uses the shared offset: takes `length` bytes of it at once, so that writers that share it do not overlap. */
  function claimOffset(at: number, length: number): number {
    return thread.withLock(() => {
      const floatAt = (at + OPEN_FILE.OFFSET) / 2;
      const offset = control.floats[floatAt] ?? 0;
      control.floats[floatAt] = offset + length;
      return offset;
    });
  }

  function setOffset(at: number, offset: number): void {
    thread.withLock(() => {
      control.floats[(at + OPEN_FILE.OFFSET) / 2] = offset;
    });
  }

  function readFileAt(at: number, target: Uint8Array, position: number): Result {
    const inode = control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0;
    if (position >= 0) return files.read(inode, target, position);
    const offset = control.floats[(at + OPEN_FILE.OFFSET) / 2] ?? 0;
    const length = files.read(inode, target, offset);
    if (length > 0) setOffset(at, offset + length);
    return length;
  }

  function writeFileAt(at: number, source: Uint8Array, position: number): Result {
    const inode = control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0;
    if ((word(control, at + OPEN_FILE.FLAGS) & O_APPEND) !== 0) {
      const length = files.write(inode, source, 0, true);
      if (length > 0 && position < 0) setOffset(at, files.size(inode));
      return length;
    }
    if (position >= 0) return files.write(inode, source, position);
    const offset = claimOffset(at, source.length);
    const length = files.write(inode, source, offset);
    if (length !== source.length) claimOffset(at, Math.max(0, length) - source.length);
    return length;
  }

  function read(fd: number, target: Uint8Array, position = -1): Result {
    const at = thread.recordOf(fd);
    if (at < 0) return at;
    if ((word(control, at + OPEN_FILE.FLAGS) & O_ACCMODE) === O_WRONLY) return -EBADF;
    const a = word(control, at + OPEN_FILE.A);
    switch (word(control, at + OPEN_FILE.KIND)) {
      case KIND.FILE:
      case KIND.DIRECTORY:
        return readFileAt(at, target, position);
      case KIND.PIPE:
      case KIND.SOCKET:
        if (position >= 0) return -ESPIPE;
        return a > 0 ? thread.withLock(() => readRing(control, a - 1, target)) : -EBADF;
      case KIND.TTY:
        return thread.withLock(() => readTty(control, a, target));
      case KIND.DEVICE:
        return readDevice(a, target);
      default:
        return -EINVAL;
    }
  }

  function write(fd: number, source: Uint8Array, position = -1): Result {
    const at = thread.recordOf(fd);
    if (at < 0) return at;
    if ((word(control, at + OPEN_FILE.FLAGS) & O_ACCMODE) === 0) return -EBADF;
    const a = word(control, at + OPEN_FILE.A);
    const b = word(control, at + OPEN_FILE.B);
    switch (word(control, at + OPEN_FILE.KIND)) {
      case KIND.FILE:
        return writeFileAt(at, source, position);
      case KIND.PIPE:
      case KIND.SOCKET:
        if (position >= 0) return -ESPIPE;
        // A socket whose writing side was ended answers as one that nobody reads.
        return b > 0 ? thread.withLock(() => writeRing(control, b - 1, source)) : -EPIPE;
      case KIND.TTY:
        return thread.withLock(() => writeTty(control, a, source));
      case KIND.DEVICE:
        return a === DEVICE.FULL ? -ENOSPC : source.length;
      default:
        return -EINVAL;
    }
  }

  return {
    dup: (fd, least) => thread.dup(fd, least),
    read,
    write,
    open(path, flags, mode) {
      const absolute = thread.resolve(path);
      const named = namedDescriptor(absolute);
      if (named >= 0) return thread.dup(named);
      const inode = files.open(absolute, flags, mode & ~thread.umask());
      if (inode < 0) return inode;
      const statted = files.statInode(inode, scratch);
      const type = statted < 0 ? statted : (scratch[STAT_MODE] ?? 0) & S_IFMT;
      if (type < 0 || type === S_IFCHR) {
        files.release(inode);
        return type < 0 ? type : openDevice(scratch[STAT_RDEV] ?? 0, flags & ~O_CREATION);
      }
      const inodes: number[] = [];
      const fd = thread.withLock(() => {
        const openFile = allocateOpenFile(control, type === S_IFDIR ? KIND.DIRECTORY : KIND.FILE, flags & ~O_CREATION);
        if (openFile < 0) {
          inodes.push(inode);
          return openFile;
        }
        control.floats[(openFileAt(openFile) + OPEN_FILE.INODE) / 2] = inode;
        return thread.installNew(openFile, inodes);
      });
      thread.releaseAll(inodes);
      return fd;
    },
    close(fd) {
      thread.unwatch(fd);
      const inodes: number[] = [];
      const result = thread.withLock(() => {
        const openFile = uninstall(control, thread.process, fd);
        if (openFile < 0) return openFile;
        dropReference(control, openFile, inodes);
        return 0;
      });
      thread.releaseAll(inodes);
      return result;
    },
    dup2(from, to) {
      if (to < 0 || to >= MAX_FDS) return -EBADF;
      if (from === to) return openFileOf(control, thread.process, from) < 0 ? -EBADF : to;
      if (openFileOf(control, thread.process, from) >= 0) thread.unwatch(to);
      const inodes: number[] = [];
      const result = thread.withLock(() => {
        const openFile = openFileOf(control, thread.process, from);
        if (openFile < 0) return openFile;
        reference(control, openFile);
        const old = uninstall(control, thread.process, to);
        if (old >= 0) dropReference(control, old, inodes);
        installAt(control, thread.process, openFile, to);
        return to;
      });
      thread.releaseAll(inodes);
      return result;
    },
    kind(fd) {
      const at = thread.recordOf(fd);
      if (at < 0) return at;
      return KIND_NAMES[word(control, at + OPEN_FILE.KIND)] ?? -EBADF;
    },
    inode(fd) {
      const at = thread.recordOf(fd);
      if (at < 0) return at;
      const kind = word(control, at + OPEN_FILE.KIND);
      return kind === KIND.FILE || kind === KIND.DIRECTORY ? (control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0) : -EINVAL;
    },
    flags(fd) {
      const at = thread.recordOf(fd);
      return at < 0 ? at : word(control, at + OPEN_FILE.FLAGS);
    },
    setFlags(fd, flags) {
      return thread.withLock(() => {
        const at = thread.recordOf(fd);
        if (at < 0) return at;
        words[at + OPEN_FILE.FLAGS] = (word(control, at + OPEN_FILE.FLAGS) & ~O_CHANGEABLE) | (flags & O_CHANGEABLE);
        return 0;
      });
    },
    readBlocking(fd, target) {
      return thread.block(fd, () => read(fd, target), true);
    },
    writeBlocking(fd, source) {
      let done = 0;
      while (done < source.length) {
        const result = thread.block(fd, () => write(fd, source.subarray(done)), false);
        if (result < 0) return result;
        done += result;
      }
      return done;
    },
    stat(fd, out, offset = 0) {
      const at = thread.recordOf(fd);
      if (at < 0) return at;
      const a = word(control, at + OPEN_FILE.A);
      const number = (at - openFileAt(0)) / (openFileAt(1) - openFileAt(0));
      const special = (mode: number, rdev = 0): Result => {
        fillStat(
          out,
          offset,
          new Map([
            [0, ANONYMOUS_DEVICE],
            [STAT_MODE, mode],
            [2, 1],
            [STAT_RDEV, rdev],
            [6, 4096],
            [7, number + 1],
          ]),
        );
        return 0;
      };
      switch (word(control, at + OPEN_FILE.KIND)) {
        case KIND.FILE:
        case KIND.DIRECTORY:
          return files.statInode(control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0, out, offset);
        case KIND.PIPE:
          return special(S_IFIFO | 0o600);
        case KIND.TTY:
          return special(S_IFCHR | 0o620, (PTS_MAJOR << 8) | a);
        case KIND.DEVICE:
          return special(S_IFCHR | 0o666, a);
        default:
          return special(S_IFSOCK | 0o777);
      }
    },
    seek(fd, offset, whence) {
      const at = thread.recordOf(fd);
      if (at < 0) return at;
      const kind = word(control, at + OPEN_FILE.KIND);
      if (kind === KIND.DEVICE) return 0;
      if (kind !== KIND.FILE && kind !== KIND.DIRECTORY) return -ESPIPE;
      const floatAt = (at + OPEN_FILE.OFFSET) / 2;
      const size = files.size(control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0);
      if (size < 0) return size;
      const from = whence === 0 ? 0 : whence === 1 ? (control.floats[floatAt] ?? 0) : size;
      if (from + offset < 0) return -EINVAL;
      setOffset(at, from + offset);
      return from + offset;
    },
  };
}

function fillStat(out: Float64Array | BigInt64Array, offset: number, values: ReadonlyMap<number, number>): void {
  for (let i = 0; i < STAT_FIELDS; i++) {
    const value = values.get(i) ?? 0;
    if (out instanceof Float64Array) out[offset + i] = value;
    else out[offset + i] = BigInt(value);
  }
}
