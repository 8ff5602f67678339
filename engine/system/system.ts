/** `System` over the control memory: what one thread of a process calls. */
import { STAT_FIELDS } from '../fs/types.ts';
import type { FileSystem, Result } from '../fs/types.ts';
import { dropReference } from './close.ts';
import type { Control } from './control.ts';
import { clearBit, dieIfKilled, lock, processAt, setBit, slotAt, unlock, wakeSlot, word } from './control.ts';
import { DEVICE, namedDescriptor, readDevice } from './devices.ts';
import {
  E2BIG,
  EADDRINUSE,
  EAGAIN,
  EBADF,
  ECHILD,
  ECONNREFUSED,
  EEXIST,
  EINTR,
  EINVAL,
  ENETUNREACH,
  ENODEV,
  ENOTCONN,
  ENOTDIR,
  ENOTSOCK,
  ENOTTY,
  ESPIPE,
  ESRCH,
} from './errno.ts';
import {
  CWD_BYTES,
  CWDS_AT,
  HEADER,
  KIND,
  LISTENER,
  MAX_FDS,
  MAX_PROCESSES,
  NO_PROCESS,
  OPEN_FILE,
  PROCESS,
  PROCESS_FREE,
  PROCESS_RUNNING,
  PROCESS_ZOMBIE,
  RING,
  SLOT,
  SLOT_RUNNING,
  TTY,
} from './layout.ts';
import {
  connectedPair,
  connectTo,
  findTcpListener,
  findUnixListener,
  hasConnection,
  hostCode,
  HOSTS,
  listenerAt,
  listenerPath,
  listenTcp,
  listenUnix,
  takeConnection,
} from './listeners.ts';
import { askKernel, sendRequest } from './mailbox.ts';
import { allocateOpenFile, freeOpenFile, install, installAt, openFileAt, openFileOf, reference, uninstall } from './open-files.ts';
import type { KernelRequest } from './requests.ts';
import { addEnd, allocateRing, dropEnd, freeRing, hasReaders, hasWriters, readRing, ringAt, unread, writable, writeRing } from './rings.ts';
import { HIGHEST_SIGNAL, SIGNALS } from './signals.ts';
import { countTty, readTty, TTY_OPEN, ttyAt, ttyInput, ttyOutput, ttyReadable, writeTty } from './ttys.ts';
import { HANGUP, READABLE, WRITABLE } from './types.ts';
import type {
  Address,
  DescriptorKind,
  ExitStatus,
  HostEvent,
  ProcessInfo,
  SpawnRequest,
  System,
  ThreadRequest,
  WindowSize,
} from './types.ts';

const O_ACCMODE = 3;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_APPEND = 0o2000;
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

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface SystemOptions {
  /** Sends a message to the kernel's worker (needed for `startThread`, whose data cannot go through a mailbox). */
  readonly post?: (
    message: { readonly type: 'thread-data'; readonly slot: number; readonly data: unknown },
    transfer: Transferable[],
  ) => void;
  /** What `exit` does after the kernel was told; the default waits for the worker's end. */
  readonly onExit?: (code: number) => never;
}

/** A system that can be handed around before its thread knows which process it serves: warm workers boot ahead of time. */
export interface ThreadSystem extends System {
  /** The kernel has given this thread a process: from now on calls are that process's. */
  attach(): void;
  /** The process ended: later calls of whoever still holds this object find no descriptors. */
  detach(): void;
}

/** The view of the thread in `control.slot`, attached to the process that the kernel has set for it, if any. */
export function openSystem(control: Control, files: FileSystem, options: SystemOptions = {}): ThreadSystem {
  const { words, slot } = control;
  const slotWords = slotAt(slot);
  let process = NO_PROCESS;
  let record = processAt(process);
  let pid = 0;
  let isMain = false;
  const scratch = new Float64Array(STAT_FIELDS);
  /** How often this thread asked for each interest bitmap. */
  const interests = new Map<number, number>();
  const watched = new Map<number, number[]>();
  let cwdSequence = -1;
  let cwd = '/';

  const ask = (request: KernelRequest): unknown => askKernel(control, request);
  const askResult = (request: KernelRequest): Result => {
    const answer = ask(request);
    return typeof answer === 'number' ? answer : -EINVAL;
  };

  function withLock<T>(action: () => T): T {
    lock(control);
    try {
      return action();
    } finally {
      unlock(control);
    }
  }

  /** Start of the record of an open file, or -EBADF. */
  function recordOf(fd: number): number {
    const openFile = openFileOf(control, process, fd);
    return openFile < 0 ? openFile : openFileAt(openFile);
  }

  function releaseAll(inodes: readonly number[]): void {
    for (const inode of inodes) files.release(inode);
  }

  function addInterest(bitmapAt: number): void {
    const count = interests.get(bitmapAt) ?? 0;
    interests.set(bitmapAt, count + 1);
    if (count === 0) setBit(control, bitmapAt, slot);
  }

  function dropInterest(bitmapAt: number): void {
    const count = interests.get(bitmapAt) ?? 0;
    if (count > 1) {
      interests.set(bitmapAt, count - 1);
    } else if (count === 1) {
      interests.delete(bitmapAt);
      clearBit(control, bitmapAt, slot);
    }
  }

  /** Interest bitmaps that belong to a descriptor. */
  function bitmapsOf(fd: number): number[] {
    const at = recordOf(fd);
    if (at < 0) return [];
    const a = word(control, at + OPEN_FILE.A);
    const b = word(control, at + OPEN_FILE.B);
    switch (word(control, at + OPEN_FILE.KIND)) {
      case KIND.PIPE:
      case KIND.SOCKET: {
        const bitmaps: number[] = [];
        if (a > 0) bitmaps.push(ringAt(a - 1) + RING.READ_INTEREST);
        if (b > 0) bitmaps.push(ringAt(b - 1) + RING.WRITE_INTEREST);
        return bitmaps;
      }
      case KIND.LISTENER:
        return [listenerAt(a) + LISTENER.INTEREST];
      case KIND.TTY:
        return [ringAt(ttyInput(control, a)) + RING.READ_INTEREST, ringAt(ttyOutput(control, a)) + RING.WRITE_INTEREST];
      default:
        return [];
    }
  }

  function unwatch(fd: number): void {
    for (const bitmapAt of watched.get(fd) ?? []) dropInterest(bitmapAt);
    watched.delete(fd);
  }

  function hasHandledSignal(): boolean {
    if (!isMain) return false;
    for (let i = 0; i < 2; i++) {
      if ((Atomics.load(words, record + PROCESS.PENDING + i) & Atomics.load(words, record + PROCESS.HANDLED + i)) !== 0) return true;
    }
    return false;
  }

  /** Repeats `attempt` until it does not answer -EAGAIN, sleeping on this thread's wake word in between. */
  function block(fd: number, attempt: () => Result, interruptible: boolean): Result {
    let result = attempt();
    if (result !== -EAGAIN) return result;
    const bitmaps = bitmapsOf(fd);
    bitmaps.forEach(addInterest);
    try {
      for (;;) {
        const sequence = system.wakeSequence();
        result = attempt();
        if (result !== -EAGAIN) return result;
        if (interruptible && hasHandledSignal()) return -EINTR;
        system.waitBlocking(sequence, Infinity);
      }
    } finally {
      bitmaps.forEach(dropInterest);
    }
  }

  function installNew(openFile: number, inodes: number[]): Result {
    const fd = install(control, process, openFile);
    if (fd < 0) dropReference(control, openFile, inodes);
    return fd;
  }

  /** Opens what is no file: a new description without inode. */
  function openSpecial(kind: number, a: number, flags: number): Result {
    const inodes: number[] = [];
    return withLock(() => {
      const openFile = allocateOpenFile(control, kind, flags);
      if (openFile < 0) return openFile;
      words[openFileAt(openFile) + OPEN_FILE.A] = a;
      if (kind === KIND.TTY) countTty(control, a, 1);
      return installNew(openFile, inodes);
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
        const tty = word(control, record + PROCESS.TTY) - 1;
        return tty < 0 || word(control, ttyAt(tty) + TTY.STATE) !== TTY_OPEN ? -ENODEV : openSpecial(KIND.TTY, tty, flags);
      }
      case DEVICE.STDIN:
      case DEVICE.STDOUT:
      case DEVICE.STDERR:
        return system.dup(device - DEVICE.STDIN);
      default:
        return -ENODEV;
    }
  }

  /** Position for a transfer that uses the shared offset: takes `length` bytes of it at once, so that writers that share it do not overlap. */
  function claimOffset(at: number, length: number): number {
    return withLock(() => {
      const floatAt = (at + OPEN_FILE.OFFSET) / 2;
      const offset = control.floats[floatAt] ?? 0;
      control.floats[floatAt] = offset + length;
      return offset;
    });
  }

  function setOffset(at: number, offset: number): void {
    withLock(() => {
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
    const at = recordOf(fd);
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
        return a > 0 ? withLock(() => readRing(control, a - 1, target)) : -EBADF;
      case KIND.TTY:
        return withLock(() => readTty(control, a, target));
      case KIND.DEVICE:
        return readDevice(a, target);
      default:
        return -EINVAL;
    }
  }

  function write(fd: number, source: Uint8Array, position = -1): Result {
    const at = recordOf(fd);
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
        return b > 0 ? withLock(() => writeRing(control, b - 1, source)) : -32;
      case KIND.TTY:
        return withLock(() => writeTty(control, a, source));
      case KIND.DEVICE:
        return a === DEVICE.FULL ? -28 : source.length;
      default:
        return -EINVAL;
    }
  }

  function fillStat(out: Float64Array | BigInt64Array, offset: number, values: ReadonlyMap<number, number>): void {
    for (let i = 0; i < STAT_FIELDS; i++) {
      const value = values.get(i) ?? 0;
      if (out instanceof Float64Array) out[offset + i] = value;
      else out[offset + i] = BigInt(value);
    }
  }

  function addressOf(at: number, side: 'local' | 'remote'): Address | Result {
    const kind = word(control, at + OPEN_FILE.KIND);
    const a = word(control, at + OPEN_FILE.A);
    if (kind === KIND.LISTENER) {
      if (side === 'remote') return -ENOTCONN;
      const listener = listenerAt(a);
      if (word(control, listener + LISTENER.STATE) === 2) return { kind: 'unix', path: decoder.decode(listenerPath(control, a)) };
      return { kind: 'tcp', host: HOSTS[word(control, listener + LISTENER.HOST)] ?? '::', port: word(control, listener + LISTENER.PORT) };
    }
    if (kind !== KIND.SOCKET) return -ENOTSOCK;
    const unix = word(control, at + OPEN_FILE.UNIX);
    const port = word(control, at + (side === 'local' ? OPEN_FILE.LOCAL_PORT : OPEN_FILE.REMOTE_PORT));
    if (port !== 0) return { kind: 'tcp', host: HOSTS[word(control, at + OPEN_FILE.HOST)] ?? '127.0.0.1', port };
    const isNamed = side === 'remote' ? unix > 0 : unix < 0;
    return { kind: 'unix', path: isNamed ? decoder.decode(listenerPath(control, Math.abs(unix) - 1)) : '' };
  }

  const system: ThreadSystem = {
    attach() {
      process = word(control, slotWords + SLOT.PROCESS);
      record = processAt(process);
      pid = word(control, record + PROCESS.PID);
      isMain = word(control, record + PROCESS.MAIN_SLOT) === slot;
      cwdSequence = -1;
    },
    detach() {
      for (const fd of [...watched.keys()]) unwatch(fd);
      process = NO_PROCESS;
      record = processAt(process);
      pid = 0;
      isMain = false;
    },
    get pid() {
      return pid;
    },
    get ppid() {
      return Atomics.load(words, record + PROCESS.PPID);
    },
    slot,
    files,

    cwd() {
      const sequence = Atomics.load(words, record + PROCESS.CWD_SEQUENCE);
      if (sequence !== cwdSequence) {
        cwd = withLock(() => {
          const from = CWDS_AT + process * CWD_BYTES;
          return decoder.decode(control.bytes.slice(from, from + word(control, record + PROCESS.CWD_LENGTH)));
        });
        cwdSequence = sequence;
      }
      return cwd;
    },
    chdir(path) {
      const target = files.realpath(system.resolve(path));
      if (typeof target === 'number') return target;
      const kind = files.kind(target);
      if (kind < 0) return kind;
      return kind === 1 ? setCwd(control, process, target) : -ENOTDIR;
    },
    resolve(path) {
      if (path.startsWith('/')) return path;
      const base = system.cwd();
      return base === '/' ? `/${path}` : `${base}/${path}`;
    },
    umask(mask) {
      return mask === undefined
        ? Atomics.load(words, record + PROCESS.UMASK)
        : Atomics.exchange(words, record + PROCESS.UMASK, mask & 0o777);
    },

    open(path, flags, mode) {
      const absolute = system.resolve(path);
      const named = namedDescriptor(absolute);
      if (named >= 0) return system.dup(named);
      const inode = files.open(absolute, flags, mode & ~system.umask());
      if (inode < 0) return inode;
      const statted = files.statInode(inode, scratch);
      const type = statted < 0 ? statted : (scratch[STAT_MODE] ?? 0) & S_IFMT;
      if (type < 0 || type === S_IFCHR) {
        files.release(inode);
        return type < 0 ? type : openDevice(scratch[STAT_RDEV] ?? 0, flags & ~O_CREATION);
      }
      const inodes: number[] = [];
      const fd = withLock(() => {
        const openFile = allocateOpenFile(control, type === S_IFDIR ? KIND.DIRECTORY : KIND.FILE, flags & ~O_CREATION);
        if (openFile < 0) {
          inodes.push(inode);
          return openFile;
        }
        control.floats[(openFileAt(openFile) + OPEN_FILE.INODE) / 2] = inode;
        return installNew(openFile, inodes);
      });
      releaseAll(inodes);
      return fd;
    },
    close(fd) {
      unwatch(fd);
      const inodes: number[] = [];
      const result = withLock(() => {
        const openFile = uninstall(control, process, fd);
        if (openFile < 0) return openFile;
        dropReference(control, openFile, inodes);
        return 0;
      });
      releaseAll(inodes);
      return result;
    },
    dup(fd, least = 0) {
      return withLock(() => {
        const openFile = openFileOf(control, process, fd);
        if (openFile < 0) return openFile;
        const copy = install(control, process, openFile, least);
        if (copy >= 0) reference(control, openFile);
        return copy;
      });
    },
    dup2(from, to) {
      if (to < 0 || to >= MAX_FDS) return -EBADF;
      if (from === to) return openFileOf(control, process, from) < 0 ? -EBADF : to;
      if (openFileOf(control, process, from) >= 0) unwatch(to);
      const inodes: number[] = [];
      const result = withLock(() => {
        const openFile = openFileOf(control, process, from);
        if (openFile < 0) return openFile;
        reference(control, openFile);
        const old = uninstall(control, process, to);
        if (old >= 0) dropReference(control, old, inodes);
        installAt(control, process, openFile, to);
        return to;
      });
      releaseAll(inodes);
      return result;
    },
    kind(fd) {
      const at = recordOf(fd);
      if (at < 0) return at;
      return KIND_NAMES[word(control, at + OPEN_FILE.KIND)] ?? -EBADF;
    },
    inode(fd) {
      const at = recordOf(fd);
      if (at < 0) return at;
      const kind = word(control, at + OPEN_FILE.KIND);
      return kind === KIND.FILE || kind === KIND.DIRECTORY ? (control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0) : -EINVAL;
    },
    flags(fd) {
      const at = recordOf(fd);
      return at < 0 ? at : word(control, at + OPEN_FILE.FLAGS);
    },
    read,
    write,
    readBlocking(fd, target) {
      return block(fd, () => read(fd, target), true);
    },
    writeBlocking(fd, source) {
      let done = 0;
      while (done < source.length) {
        const result = block(fd, () => write(fd, source.subarray(done)), false);
        if (result < 0) return result;
        done += result;
      }
      return done;
    },
    stat(fd, out, offset = 0) {
      const at = recordOf(fd);
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
      const at = recordOf(fd);
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

    pipe() {
      const inodes: number[] = [];
      return withLock(() => {
        const ring = allocateRing(control);
        if (ring < 0) return ring;
        const reading = allocateOpenFile(control, KIND.PIPE, 0);
        const writing = reading < 0 ? reading : allocateOpenFile(control, KIND.PIPE, O_WRONLY);
        if (writing < 0) {
          if (reading >= 0) freeOpenFile(control, reading);
          freeRing(control, ring);
          return writing;
        }
        words[openFileAt(reading) + OPEN_FILE.A] = ring + 1;
        words[openFileAt(writing) + OPEN_FILE.B] = ring + 1;
        addEnd(control, ring, 'READERS');
        addEnd(control, ring, 'WRITERS');
        return installPair(control, process, reading, writing, inodes);
      });
    },
    socketpair() {
      const inodes: number[] = [];
      return withLock(() => {
        const pair = connectedPair(control, O_RDWR);
        return typeof pair === 'number' ? pair : installPair(control, process, pair[0], pair[1], inodes);
      });
    },
    listen(address, backlog) {
      let inode = 0;
      let host = 0;
      const path = address.kind === 'unix' ? system.resolve(address.path) : '';
      if (address.kind === 'unix') {
        const made = files.mknod(path, S_IFSOCK | (0o777 & ~system.umask()), 0);
        if (made < 0) return made === -EEXIST ? -EADDRINUSE : made;
        inode = files.lookup(path);
        if (inode < 0) return inode;
      } else {
        host = hostCode(address.host);
        if (host < 0) return -99; // EADDRNOTAVAIL: not an address of this machine.
      }
      const inodes: number[] = [];
      return withLock(() => {
        const listener =
          address.kind === 'unix'
            ? listenUnix(control, inode, encoder.encode(path), backlog, pid)
            : listenTcp(control, host, address.port, backlog, pid);
        if (listener < 0) return listener;
        const openFile = allocateOpenFile(control, KIND.LISTENER, O_RDWR);
        if (openFile < 0) {
          words[listenerAt(listener) + LISTENER.STATE] = 0;
          return openFile;
        }
        words[openFileAt(openFile) + OPEN_FILE.A] = listener;
        return installNew(openFile, inodes);
      });
    },
    accept(fd) {
      const inodes: number[] = [];
      return withLock(() => {
        const at = recordOf(fd);
        if (at < 0) return at;
        if (word(control, at + OPEN_FILE.KIND) !== KIND.LISTENER) return -EINVAL;
        const openFile = takeConnection(control, word(control, at + OPEN_FILE.A));
        return openFile < 0 ? openFile : installNew(openFile, inodes);
      });
    },
    connect(address) {
      let inode = 0;
      let host = 0;
      if (address.kind === 'unix') {
        inode = files.lookup(system.resolve(address.path));
        if (inode < 0) return inode;
      } else {
        host = hostCode(address.host);
        if (host < 0) return -ENETUNREACH;
      }
      const inodes: number[] = [];
      return withLock(() => {
        const listener = address.kind === 'unix' ? findUnixListener(control, inode) : findTcpListener(control, host, address.port);
        if (listener < 0) return -ECONNREFUSED;
        const openFile = connectTo(control, listener, host, O_RDWR);
        return openFile < 0 ? openFile : installNew(openFile, inodes);
      });
    },
    localAddress(fd) {
      const at = recordOf(fd);
      return at < 0 ? at : addressOf(at, 'local');
    },
    remoteAddress(fd) {
      const at = recordOf(fd);
      return at < 0 ? at : addressOf(at, 'remote');
    },
    shutdown(fd) {
      return withLock(() => {
        const at = recordOf(fd);
        if (at < 0) return at;
        if (word(control, at + OPEN_FILE.KIND) !== KIND.SOCKET) return -ENOTSOCK;
        const ring = word(control, at + OPEN_FILE.B) - 1;
        if (ring < 0) return 0;
        const bitmapAt = ringAt(ring) + RING.WRITE_INTEREST;
        // The ring may be used by somebody else soon: this thread's interest in it ends here.
        if (interests.has(bitmapAt)) {
          interests.delete(bitmapAt);
          clearBit(control, bitmapAt, slot);
        }
        for (const [other, bitmaps] of watched)
          watched.set(
            other,
            bitmaps.filter((one) => one !== bitmapAt),
          );
        words[at + OPEN_FILE.B] = 0;
        dropEnd(control, ring, 'WRITERS');
        return 0;
      });
    },

    ready(fd) {
      const at = recordOf(fd);
      if (at < 0) return 0;
      const a = word(control, at + OPEN_FILE.A);
      const b = word(control, at + OPEN_FILE.B);
      switch (word(control, at + OPEN_FILE.KIND)) {
        case KIND.PIPE:
        case KIND.SOCKET: {
          let bits = 0;
          const ended = a > 0 && !hasWriters(control, a - 1);
          const broken = b > 0 ? !hasReaders(control, b - 1) : true;
          if (a > 0 && (ended || unread(control, a - 1) > 0)) bits |= READABLE;
          if (b > 0 && writable(control, b - 1)) bits |= WRITABLE;
          if (a > 0 ? ended && broken : broken) bits |= HANGUP;
          return bits;
        }
        case KIND.LISTENER:
          return hasConnection(control, a) ? READABLE : 0;
        case KIND.TTY: {
          const isOpen = word(control, ttyAt(a) + TTY.STATE) === TTY_OPEN;
          return (
            (ttyReadable(control, a) ? READABLE : 0) |
            (!isOpen || writable(control, ttyOutput(control, a)) ? WRITABLE : 0) |
            (isOpen ? 0 : HANGUP)
          );
        }
        default:
          return READABLE | WRITABLE;
      }
    },
    watch(fd) {
      if (watched.has(fd)) return;
      const bitmaps = bitmapsOf(fd);
      bitmaps.forEach(addInterest);
      watched.set(fd, bitmaps);
    },
    unwatch,
    wakeSequence() {
      return Atomics.load(words, slotWords + SLOT.WAKE);
    },
    waitBlocking(sequence, timeoutMilliseconds) {
      dieIfKilled(control);
      Atomics.wait(words, slotWords + SLOT.WAKE, sequence, timeoutMilliseconds);
      dieIfKilled(control);
    },
    async wait(sequence, timeoutMilliseconds) {
      dieIfKilled(control);
      const waiting = Atomics.waitAsync(words, slotWords + SLOT.WAKE, sequence, timeoutMilliseconds);
      if (waiting.async) await waiting.value;
      dieIfKilled(control);
    },
    wake() {
      wakeSlot(control, slot);
    },
    watchFiles(on) {
      if (on) setBit(control, HEADER.FILE_INTEREST, slot);
      else clearBit(control, HEADER.FILE_INTEREST, slot);
    },

    isTerminal(fd) {
      const at = recordOf(fd);
      return at >= 0 && word(control, at + OPEN_FILE.KIND) === KIND.TTY;
    },
    windowSize(fd): WindowSize | Result {
      const tty = ttyOf(fd);
      return tty < 0 ? tty : { columns: word(control, ttyAt(tty) + TTY.COLUMNS), rows: word(control, ttyAt(tty) + TTY.ROWS) };
    },
    setTerminalMode(fd, mode) {
      const tty = ttyOf(fd);
      if (tty < 0) return tty;
      if (word(control, ttyAt(tty) + TTY.MODE) === mode) return 0;
      return askResult({ op: 'terminal-mode', tty, mode });
    },
    setForeground(fd, processGroup) {
      const tty = ttyOf(fd);
      if (tty < 0) return tty;
      Atomics.store(words, ttyAt(tty) + TTY.FOREGROUND, processGroup);
      return 0;
    },

    spawn(request: SpawnRequest) {
      const answer = ask({ op: 'spawn', request });
      return typeof answer === 'number' ? answer : -E2BIG;
    },
    wait4(child) {
      return withLock(() => {
        let hasChild = false;
        for (let index = 1; index < MAX_PROCESSES; index++) {
          const at = processAt(index);
          const state = word(control, at + PROCESS.STATE);
          if (state === PROCESS_FREE || word(control, at + PROCESS.PPID) !== pid) continue;
          if (child !== -1 && word(control, at + PROCESS.PID) !== child) continue;
          hasChild = true;
          if (state !== PROCESS_ZOMBIE) continue;
          const status: ExitStatus = {
            pid: word(control, at + PROCESS.PID),
            code: word(control, at + PROCESS.CODE),
            signal: word(control, at + PROCESS.SIGNAL),
          };
          words[at + PROCESS.STATE] = PROCESS_FREE;
          Atomics.add(words, HEADER.REAPED, 1);
          return status;
        }
        return hasChild ? null : -ECHILD;
      });
    },
    wait4Blocking(child) {
      for (;;) {
        const sequence = system.wakeSequence();
        const status = system.wait4(child);
        if (status !== null) return status;
        if (hasHandledSignal()) return -EINTR;
        system.waitBlocking(sequence, Infinity);
      }
    },
    kill(target, signal) {
      return askResult({ op: 'kill', pid: target, signal });
    },
    takeSignals() {
      const signals: number[] = [];
      if (!isMain) return signals;
      for (let i = 0; i < 2; i++) {
        const handled = Atomics.load(words, record + PROCESS.HANDLED + i);
        const taken = Atomics.and(words, record + PROCESS.PENDING + i, ~handled) & handled;
        for (let bit = 0; bit < 32; bit++) if ((taken & (1 << bit)) !== 0) signals.push(i * 32 + bit + 1);
      }
      return signals;
    },
    setSignalAction(signal, action) {
      if (signal < 1 || signal > HIGHEST_SIGNAL || signal === SIGNALS.SIGKILL || signal === SIGNALS.SIGSTOP) return -EINVAL;
      const at = (signal - 1) >> 5;
      const bit = 1 << ((signal - 1) & 31);
      for (const [mask, wanted] of [
        [PROCESS.HANDLED, 'handle'],
        [PROCESS.IGNORED, 'ignore'],
      ] as const) {
        if (action === wanted) Atomics.or(words, record + mask + at, bit);
        else Atomics.and(words, record + mask + at, ~bit);
      }
      return 0;
    },
    processGroup(target) {
      if (target === 0) return word(control, record + PROCESS.GROUP);
      for (let index = 0; index < MAX_PROCESSES; index++) {
        const at = processAt(index);
        if (word(control, at + PROCESS.STATE) === PROCESS_RUNNING && word(control, at + PROCESS.PID) === target)
          return word(control, at + PROCESS.GROUP);
      }
      return -ESRCH;
    },
    processes() {
      const answer = ask({ op: 'processes' });
      // The kernel made this list itself: the one trusted party.
      return Array.isArray(answer) ? (answer as ProcessInfo[]) : [];
    },
    startThread(request: ThreadRequest) {
      if (options.post === undefined) throw new Error('This thread cannot start others: it has no way to send them their data.');
      const started = askResult({ op: 'start-thread' });
      if (started >= 0) options.post({ type: 'thread-data', slot: started, data: request.data }, [...request.transfer]);
      return started;
    },
    stopThread(target) {
      return askResult({ op: 'stop-thread', slot: target });
    },
    isThreadRunning(target) {
      const at = slotAt(target);
      return Atomics.load(words, at + SLOT.STATE) === SLOT_RUNNING && word(control, at + SLOT.PROCESS) === process;
    },
    exit(code): never {
      if (options.onExit !== undefined) return options.onExit(code);
      sendRequest(control, { op: 'exit', code } satisfies KernelRequest);
      for (;;) Atomics.wait(words, HEADER.PARK, 0);
    },
    notify(event: HostEvent) {
      return askResult({ op: 'notify', event });
    },
  };

  function ttyOf(fd: number): number {
    const at = recordOf(fd);
    if (at < 0) return at;
    return word(control, at + OPEN_FILE.KIND) === KIND.TTY ? word(control, at + OPEN_FILE.A) : -ENOTTY;
  }

  system.attach();
  return system;
}

const KIND_NAMES: readonly (DescriptorKind | undefined)[] = [undefined, 'file', 'directory', 'pipe', 'socket', 'listener', 'tty', 'null'];

function installPair(
  control: Control,
  process: number,
  first: number,
  second: number,
  inodes: number[],
): readonly [number, number] | Result {
  const one = install(control, process, first);
  const two = one < 0 ? one : install(control, process, second);
  if (two >= 0) return [one, two];
  if (one >= 0) uninstall(control, process, one);
  dropReference(control, first, inodes);
  dropReference(control, second, inodes);
  return two;
}

/** Sets the current directory of a process (an existing directory's real path). */
export function setCwd(control: Control, process: number, path: string): Result {
  const bytes = encoder.encode(path);
  if (bytes.length > CWD_BYTES) return -36; // ENAMETOOLONG
  lock(control);
  control.bytes.set(bytes, CWDS_AT + process * CWD_BYTES);
  control.words[processAt(process) + PROCESS.CWD_LENGTH] = bytes.length;
  Atomics.add(control.words, processAt(process) + PROCESS.CWD_SEQUENCE, 1);
  unlock(control);
  return 0;
}
