/** Pipes, socket pairs, and stream sockets on loopback and unix paths. */
import type { Result } from '../fs/types.ts';
import { word } from './control.ts';
import { EADDRINUSE, EADDRNOTAVAIL, ECONNREFUSED, EEXIST, EINVAL, ENETUNREACH, ENOTCONN, ENOTSOCK } from './errno.ts';
import { KIND, LISTENER, OPEN_FILE, RING } from './layout.ts';
import {
  HOSTS,
  connectTo,
  connectedPair,
  findTcpListener,
  findUnixListener,
  hostCode,
  listenTcp,
  listenUnix,
  listenerAt,
  listenerPath,
  takeConnection,
} from './listeners.ts';
import { allocateOpenFile, freeOpenFile, openFileAt, openFileOf } from './open-files.ts';
import { passedAhead, passOpenFile, takePassed } from './passed-descriptors.ts';
import { addEnd, allocateRing, dropEnd, freeRing, resetRing, ringAt } from './rings.ts';
import type { Thread } from './thread.ts';
import type { Address, System } from './types.ts';

const O_WRONLY = 1;
const O_RDWR = 2;
const S_IFSOCK = 0o140000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Names =
  | 'pipe'
  | 'socketpair'
  | 'listen'
  | 'accept'
  | 'connect'
  | 'localAddress'
  | 'remoteAddress'
  | 'shutdown'
  | 'reset'
  | 'passDescriptor'
  | 'passedAhead'
  | 'takeDescriptor';

export function socketCalls(thread: Thread): Pick<System, Names> {
  const { control, files } = thread;
  const { words } = control;

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

  /** Ring that a socket reads or writes, or -errno. */
  function ringOf(fd: number, side: 'A' | 'B'): number {
    const at = thread.recordOf(fd);
    if (at < 0) return at;
    if (word(control, at + OPEN_FILE.KIND) !== KIND.SOCKET) return -ENOTSOCK;
    const ring = word(control, at + OPEN_FILE[side]) - 1;
    return ring < 0 ? -ENOTCONN : ring;
  }

  return {
    pipe() {
      return thread.withLock(() => {
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
        return thread.installPair(reading, writing);
      });
    },
    socketpair() {
      return thread.withLock(() => {
        const pair = connectedPair(control, O_RDWR);
        return typeof pair === 'number' ? pair : thread.installPair(pair[0], pair[1]);
      });
    },
    listen(address, backlog) {
      let inode = 0;
      let host = 0;
      const path = address.kind === 'unix' ? thread.resolve(address.path) : '';
      if (address.kind === 'unix') {
        const made = files.mknod(path, S_IFSOCK | (0o777 & ~thread.umask()), 0);
        if (made < 0) return made === -EEXIST ? -EADDRINUSE : made;
        inode = files.lookup(path);
        if (inode < 0) return inode;
      } else {
        host = hostCode(address.host);
        if (host < 0) return -EADDRNOTAVAIL;
      }
      const inodes: number[] = [];
      return thread.withLock(() => {
        const listener =
          address.kind === 'unix'
            ? listenUnix(control, inode, encoder.encode(path), backlog, thread.pid)
            : listenTcp(control, host, address.port, backlog, thread.pid);
        if (listener < 0) return listener;
        const openFile = allocateOpenFile(control, KIND.LISTENER, O_RDWR);
        if (openFile < 0) {
          words[listenerAt(listener) + LISTENER.STATE] = 0;
          return openFile;
        }
        words[openFileAt(openFile) + OPEN_FILE.A] = listener;
        return thread.installNew(openFile, inodes);
      });
    },
    accept(fd) {
      const inodes: number[] = [];
      return thread.withLock(() => {
        const at = thread.recordOf(fd);
        if (at < 0) return at;
        if (word(control, at + OPEN_FILE.KIND) !== KIND.LISTENER) return -EINVAL;
        const openFile = takeConnection(control, word(control, at + OPEN_FILE.A));
        return openFile < 0 ? openFile : thread.installNew(openFile, inodes);
      });
    },
    connect(address, from) {
      if (from?.kind === 'tcp' && hostCode(from.host) < 0) return -EADDRNOTAVAIL;
      let inode = 0;
      let host = 0;
      if (address.kind === 'unix') {
        inode = files.lookup(thread.resolve(address.path));
        if (inode < 0) return inode;
      } else {
        host = hostCode(address.host);
        if (host < 0) return -ENETUNREACH;
      }
      const inodes: number[] = [];
      return thread.withLock(() => {
        const listener = address.kind === 'unix' ? findUnixListener(control, inode) : findTcpListener(control, host, address.port);
        if (listener < 0) return -ECONNREFUSED;
        const openFile = connectTo(control, listener, host, O_RDWR, from?.kind === 'tcp' ? from.port : 0);
        return openFile < 0 ? openFile : thread.installNew(openFile, inodes);
      });
    },
    passDescriptor(fd, passed) {
      return thread.withLock(() => {
        const ring = ringOf(fd, 'B');
        const openFile = openFileOf(control, thread.process, passed);
        if (ring < 0 || openFile < 0) return Math.min(ring, openFile);
        return passOpenFile(control, ring, openFile);
      });
    },
    passedAhead(fd) {
      const ring = ringOf(fd, 'A');
      return ring < 0 ? -1 : passedAhead(control, ring);
    },
    takeDescriptor(fd) {
      const inodes: number[] = [];
      const taken = thread.withLock(() => {
        const ring = ringOf(fd, 'A');
        const openFile = ring < 0 ? ring : takePassed(control, ring);
        return openFile < 0 ? openFile : thread.installNew(openFile, inodes);
      });
      thread.releaseAll(inodes);
      return taken;
    },
    localAddress(fd) {
      const at = thread.recordOf(fd);
      return at < 0 ? at : addressOf(at, 'local');
    },
    remoteAddress(fd) {
      const at = thread.recordOf(fd);
      return at < 0 ? at : addressOf(at, 'remote');
    },
    reset(fd) {
      return thread.withLock(() => {
        const at = thread.recordOf(fd);
        if (at < 0) return at;
        if (word(control, at + OPEN_FILE.KIND) !== KIND.SOCKET) return -ENOTSOCK;
        const ring = word(control, at + OPEN_FILE.B) - 1;
        if (ring >= 0) resetRing(control, ring);
        return 0;
      });
    },
    shutdown(fd) {
      return thread.withLock(() => {
        const at = thread.recordOf(fd);
        if (at < 0) return at;
        if (word(control, at + OPEN_FILE.KIND) !== KIND.SOCKET) return -ENOTSOCK;
        const ring = word(control, at + OPEN_FILE.B) - 1;
        if (ring < 0) return 0;
        // The ring may be used by somebody else soon.
        thread.forget(ringAt(ring) + RING.WRITE_INTEREST);
        words[at + OPEN_FILE.B] = 0;
        dropEnd(control, ring, 'WRITERS');
        return 0;
      });
    },
  };
}
