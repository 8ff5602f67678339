/** Listening sockets and how connections reach them. Called with the control lock held. */
import type { Control } from './control.ts';
import { clearBitmap, wakeBitmap, wakeSlot, word } from './control.ts';
import { EADDRINUSE, EAGAIN, ECONNREFUSED, EINVAL, ENFILE } from './errno.ts';
import {
  HEADER,
  KIND,
  LISTENER,
  LISTENER_WORDS,
  LISTENERS_AT,
  MAX_BACKLOG,
  MAX_LISTENERS,
  OPEN_FILE,
  PATHS_AT,
  UNIX_PATH_BYTES,
} from './layout.ts';
import { allocateOpenFile, freeOpenFile, openFileAt } from './open-files.ts';
import { addEnd, allocateRing, freeRing } from './rings.ts';

export const LISTENER_FREE = 0;
export const LISTENER_TCP = 1;
export const LISTENER_UNIX = 2;

/** Host addresses that exist inside the page, by the code that records hold. */
export const HOSTS = ['127.0.0.1', '::1', '0.0.0.0', '::'] as const;
const V4 = 0;
const V6 = 1;
const ANY_V4 = 2;
const ANY_V6 = 3;

const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;

export function listenerAt(listener: number): number {
  return LISTENERS_AT / 4 + listener * LISTENER_WORDS;
}

/** Code of a host to listen on or to connect to, or -1 when it is outside the page. */
export function hostCode(host: string): number {
  const bare = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  if (bare === '' || bare === '::' || bare === '0:0:0:0:0:0:0:0') return ANY_V6;
  if (bare === '0.0.0.0') return ANY_V4;
  if (bare === '::1' || bare === '0:0:0:0:0:0:0:1') return V6;
  if (bare === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(bare)) return V4;
  return -1;
}

/** Two listeners on one port exclude each other when some address reaches both (`::` takes IPv4 as well). */
function overlap(a: number, b: number): boolean {
  if (a === b || a === ANY_V6 || b === ANY_V6) return true;
  return (a === ANY_V4 && b === V4) || (a === V4 && b === ANY_V4);
}

function reaches(target: number, host: number): boolean {
  if (host === ANY_V6) return true;
  return target === V6 || target === ANY_V6 ? host === V6 : host === V4 || host === ANY_V4;
}

function nextPort(control: Control): number {
  const at = HEADER.NEXT_PORT;
  const port = word(control, at);
  control.words[at] = port >= LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
  return port;
}

export function findTcpListener(control: Control, host: number, port: number): number {
  for (let i = 0; i < MAX_LISTENERS; i++) {
    const at = listenerAt(i);
    if (
      word(control, at + LISTENER.STATE) === LISTENER_TCP &&
      word(control, at + LISTENER.PORT) === port &&
      reaches(host, word(control, at + LISTENER.HOST))
    )
      return i;
  }
  return -1;
}

/** Listener of a socket file's inode, or -1. */
export function findUnixListener(control: Control, inode: number): number {
  for (let i = 0; i < MAX_LISTENERS; i++) {
    const at = listenerAt(i);
    if (word(control, at + LISTENER.STATE) === LISTENER_UNIX && word(control, at + LISTENER.PORT) === inode) return i;
  }
  return -1;
}

function allocateListener(control: Control, state: number, pid: number, backlog: number): number {
  for (let i = 0; i < MAX_LISTENERS; i++) {
    const at = listenerAt(i);
    if (word(control, at + LISTENER.STATE) !== LISTENER_FREE) continue;
    control.words.fill(0, at, at + LISTENER_WORDS);
    control.words[at + LISTENER.STATE] = state;
    control.words[at + LISTENER.BACKLOG] = Math.max(1, Math.min(backlog, MAX_BACKLOG));
    control.words[at + LISTENER.PID] = pid;
    clearBitmap(control, at + LISTENER.INTEREST);
    return i;
  }
  return -ENFILE;
}

/** A tcp listener (port 0: a free one), or -EADDRINUSE, -ENFILE. The kernel hears of it. */
export function listenTcp(control: Control, host: number, wanted: number, backlog: number, pid: number): number {
  if (!(wanted >= 0 && wanted <= 65_535)) return -EINVAL;
  let port = wanted;
  if (port === 0) {
    do port = nextPort(control);
    while (isTaken(control, ANY_V6, port));
  } else if (isTaken(control, host, port)) return -EADDRINUSE;
  const listener = allocateListener(control, LISTENER_TCP, pid, backlog);
  if (listener < 0) return listener;
  control.words[listenerAt(listener) + LISTENER.PORT] = port;
  control.words[listenerAt(listener) + LISTENER.HOST] = host;
  portsChanged(control);
  return listener;
}

/** A listener on a unix socket file: `inode` identifies it, `path` is what its address shows. */
export function listenUnix(control: Control, inode: number, path: Uint8Array, backlog: number, pid: number): number {
  const listener = allocateListener(control, LISTENER_UNIX, pid, backlog);
  if (listener < 0) return listener;
  const length = Math.min(path.length, UNIX_PATH_BYTES);
  control.words[listenerAt(listener) + LISTENER.PORT] = inode;
  control.words[listenerAt(listener) + LISTENER.PATH_LENGTH] = length;
  control.bytes.set(path.subarray(0, length), PATHS_AT + listener * UNIX_PATH_BYTES);
  return listener;
}

function isTaken(control: Control, host: number, port: number): boolean {
  for (let i = 0; i < MAX_LISTENERS; i++) {
    const at = listenerAt(i);
    if (
      word(control, at + LISTENER.STATE) === LISTENER_TCP &&
      word(control, at + LISTENER.PORT) === port &&
      overlap(host, word(control, at + LISTENER.HOST))
    )
      return true;
  }
  return false;
}

function portsChanged(control: Control): void {
  Atomics.add(control.words, HEADER.PORTS_SEQUENCE, 1);
  wakeSlot(control, 0);
}

/** Path bytes of a unix listener (a copy). */
export function listenerPath(control: Control, listener: number): Uint8Array {
  const from = PATHS_AT + listener * UNIX_PATH_BYTES;
  return control.bytes.slice(from, from + word(control, listenerAt(listener) + LISTENER.PATH_LENGTH));
}

/** Ends a listener and gives the open files of connections that nobody accepted. */
export function closeListener(control: Control, listener: number): number[] {
  const waiting: number[] = [];
  for (let next = takeConnection(control, listener); next >= 0; next = takeConnection(control, listener)) waiting.push(next);
  const at = listenerAt(listener);
  const wasTcp = word(control, at + LISTENER.STATE) === LISTENER_TCP;
  control.words[at + LISTENER.STATE] = LISTENER_FREE;
  if (wasTcp) portsChanged(control);
  return waiting;
}

export function hasConnection(control: Control, listener: number): boolean {
  const at = listenerAt(listener);
  return Atomics.load(control.words, at + LISTENER.HEAD) !== Atomics.load(control.words, at + LISTENER.TAIL);
}

/** Open file of the next waiting connection, or -EAGAIN. */
export function takeConnection(control: Control, listener: number): number {
  if (!hasConnection(control, listener)) return -EAGAIN;
  const at = listenerAt(listener);
  const head = word(control, at + LISTENER.HEAD);
  Atomics.store(control.words, at + LISTENER.HEAD, head + 1);
  return word(control, at + LISTENER.QUEUE + (head % MAX_BACKLOG));
}

/** Two open files that are connected to each other, or -ENFILE. */
export function connectedPair(control: Control, flags: number): readonly [number, number] | number {
  const there = allocateRing(control);
  if (there < 0) return there;
  const back = allocateRing(control);
  const left = back < 0 ? back : allocateOpenFile(control, KIND.SOCKET, flags);
  const right = left < 0 ? left : allocateOpenFile(control, KIND.SOCKET, flags);
  if (right < 0) {
    freeRing(control, there);
    if (back >= 0) freeRing(control, back);
    if (left >= 0) freeOpenFile(control, left);
    return right;
  }
  for (const ring of [there, back]) {
    addEnd(control, ring, 'READERS');
    addEnd(control, ring, 'WRITERS');
  }
  control.words[openFileAt(left) + OPEN_FILE.A] = back + 1;
  control.words[openFileAt(left) + OPEN_FILE.B] = there + 1;
  control.words[openFileAt(right) + OPEN_FILE.A] = there + 1;
  control.words[openFileAt(right) + OPEN_FILE.B] = back + 1;
  return [left, right];
}

/** Whether a port is one end of a connection. */
function isConnected(control: Control, port: number): boolean {
  for (let openFile = word(control, HEADER.USED_OPEN_FILES) - 1; openFile >= 0; openFile--) {
    const at = openFileAt(openFile);
    if (word(control, at + OPEN_FILE.KIND) === KIND.SOCKET && word(control, at + OPEN_FILE.LOCAL_PORT) === port) return true;
  }
  return false;
}

/**
 * Connects to a listener, from a port that the caller wants (0: any): the caller's open file, -EADDRINUSE, or -ECONNREFUSED when the listener's queue is full (there
 * is no network to wait for).
 */
export function connectTo(control: Control, listener: number, host: number, flags: number, from = 0): number {
  if (from !== 0 && (isTaken(control, host, from) || isConnected(control, from))) return -EADDRINUSE;
  const { words } = control;
  const at = listenerAt(listener);
  const waiting = word(control, at + LISTENER.TAIL) - word(control, at + LISTENER.HEAD);
  if (waiting >= MAX_BACKLOG) return -ECONNREFUSED;
  const pair = connectedPair(control, flags);
  if (typeof pair === 'number') return pair;
  const [client, server] = pair;
  if (word(control, at + LISTENER.STATE) === LISTENER_TCP) {
    const port = word(control, at + LISTENER.PORT);
    const own = from === 0 ? nextPort(control) : from;
    const family = host === V6 || host === ANY_V6 ? V6 : V4;
    for (const [file, local, remote] of [
      [client, own, port],
      [server, port, own],
    ] as const) {
      words[openFileAt(file) + OPEN_FILE.LOCAL_PORT] = local;
      words[openFileAt(file) + OPEN_FILE.REMOTE_PORT] = remote;
      words[openFileAt(file) + OPEN_FILE.HOST] = family;
    }
  } else {
    words[openFileAt(client) + OPEN_FILE.UNIX] = listener + 1;
    words[openFileAt(server) + OPEN_FILE.UNIX] = -(listener + 1);
  }
  const tail = word(control, at + LISTENER.TAIL);
  words[at + LISTENER.QUEUE + (tail % MAX_BACKLOG)] = server;
  Atomics.store(words, at + LISTENER.TAIL, tail + 1);
  wakeBitmap(control, at + LISTENER.INTEREST);
  return client;
}
