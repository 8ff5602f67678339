/** WASI's `poll_oneoff` (uvwasi's src/poll_oneoff.c): waits for descriptors, at most until the earliest of some clocks. Blocks the thread. */
import { ENDED, HANGUP, READABLE, WRITABLE } from '../../system/types.ts';
import type { Environment } from '../environment.ts';
import { EBADF, EINVAL, EPERM, SUCCESS, WasiError, check, fail } from './errno.ts';
import { call, type Call, type Instance } from './instance.ts';
import { clockTime } from './process-calls.ts';
import { RIGHT } from './rights.ts';

const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;
const [CLOCK, FD_READ, FD_WRITE] = [0, 1, 2] as const;
const ABSOLUTE_TIME = 1;
const HUNG_UP = 1;
const O_NONBLOCK = 0o4000;
/** Milliseconds, of a thread that waits. */
const LONGEST_WAIT = 2 ** 31 - 1;

interface Watched {
  readonly id: number;
  readonly type: number;
  readonly userdata: bigint;
  /** A duplicate of the process's descriptor, to be watched by this call alone; undefined for one that is not watched (again). */
  readonly fd: number | undefined;
  readonly error: number;
  /** Readiness bits, 0 until there are some. */
  ready: number;
}

interface Timer {
  /** Nanoseconds from now. */
  readonly delay: bigint;
  readonly userdata: bigint;
}

/** uvwasi watches a descriptor once only; the first subscription to it says what for. @throws WasiError */
function watchedOf(instance: Instance, others: readonly Watched[], type: number, userdata: bigint, id: number): Watched {
  const twin = others.find((other) => other.id === id);
  if (twin !== undefined) return { id, type, userdata, fd: undefined, error: twin.error, ready: 0 };
  const { system } = instance.environment;
  try {
    const { fd } = instance.table.get(id, RIGHT.POLL_FD_READWRITE | (type === FD_READ ? RIGHT.FD_READ : RIGHT.FD_WRITE));
    // epoll refuses files, directories and devices.
    if (!['pipe', 'socket', 'listener', 'tty'].includes(String(system.kind(fd)))) fail(EPERM);
    // libuv reads and writes what it polls without blocking, and leaves it so.
    check(system.setFlags(fd, check(system.flags(fd)) | O_NONBLOCK));
    return { id, type, userdata, fd: check(system.dup(fd)), error: SUCCESS, ready: 0 };
  } catch (error) {
    if (!(error instanceof WasiError) || error.errno !== EBADF) throw error;
    return { id, type, userdata, fd: undefined, error: EBADF, ready: 0 };
  }
}

/** Waits until all descriptors are ready or the time is over, as uvwasi's loop does. */
function wait({ system, host: { performance } }: Environment, watched: readonly Watched[], milliseconds: number): void {
  const polled = watched.filter(({ fd }) => fd !== undefined);
  if (polled.length === 0 && watched.length > 0) return;
  const until = performance.now() + milliseconds;
  for (;;) {
    const sequence = system.wakeSequence();
    for (const one of polled) {
      const interest = HANGUP | ENDED | (one.type === FD_READ ? READABLE : WRITABLE);
      one.ready ||= system.ready(one.fd ?? -1) & interest;
    }
    const left = until - performance.now();
    if ((polled.length > 0 && polled.every(({ ready }) => ready !== 0)) || left <= 0) return;
    system.waitBlocking(sequence, Math.min(left, LONGEST_WAIT));
  }
}

interface Event {
  readonly userdata: bigint;
  readonly error: number;
  readonly type: number;
  readonly flags: number;
}

/** What happened, and after it, as far as uvwasi fills its array, the last one that did not. */
function eventsOf(watched: readonly Watched[], timer: Timer | undefined): { readonly count: number; readonly events: readonly Event[] } {
  if (watched.every(({ ready }) => ready === 0))
    return { count: 1, events: [{ userdata: timer?.userdata ?? 0n, error: SUCCESS, type: CLOCK, flags: 0 }] };
  const events: Event[] = [];
  let count = 0;
  for (const { userdata, error, type, ready } of watched) {
    events[count] = { userdata, error, type, flags: (ready & (HANGUP | ENDED)) === 0 ? 0 : HUNG_UP };
    if (error !== SUCCESS || ready !== 0) count++;
  }
  return { count, events };
}

function writeEvent(instance: Instance, at: number, event: Event | undefined): void {
  const { view } = instance.memory;
  view.setBigUint64(at, event?.userdata ?? 0n, true);
  view.setUint16(at + 8, event?.error ?? SUCCESS, true);
  view.setUint8(at + 10, event?.type ?? CLOCK);
  if (event === undefined || event.type === CLOCK) return;
  view.setBigUint64(at + 16, 0n, true);
  view.setUint16(at + 24, event.flags, true);
}

/** How long a clock's subscription at `at` has to wait: nanoseconds. */
function delayOf(instance: Instance, at: number): bigint {
  const { view } = instance.memory;
  const timeout = view.getBigUint64(at + 24, true);
  if ((view.getUint16(at + 40, true) & ABSOLUTE_TIME) === 0) return timeout;
  const delay = timeout - clockTime(instance, view.getUint32(at + 16, true));
  return delay > 0n ? delay : 0n;
}

export const pollCalls: Readonly<Record<string, Call>> = {
  poll_oneoff: call('iiii', (instance, subscriptions, events, count, countAt) => {
    const { memory } = instance;
    const { system } = instance.environment;
    memory.require(subscriptions, count * SUBSCRIPTION_SIZE);
    memory.require(events, count * EVENT_SIZE);
    memory.require(countAt, 4);
    if (count === 0) fail(EINVAL);
    const watched: Watched[] = [];
    let timer: Timer | undefined;
    try {
      for (let at = subscriptions; at < subscriptions + count * SUBSCRIPTION_SIZE; at += SUBSCRIPTION_SIZE) {
        const { view } = memory;
        const userdata = view.getBigUint64(at, true);
        const type = view.getUint8(at + 8);
        if (type > FD_WRITE) fail(EINVAL);
        if (type !== CLOCK) {
          watched.push(watchedOf(instance, watched, type, userdata, view.getUint32(at + 16, true)));
          continue;
        }
        const delay = delayOf(instance, at);
        if (timer === undefined || delay < timer.delay) timer = { delay, userdata };
      }
      for (const { fd } of watched) if (fd !== undefined) system.watch(fd);
      wait(instance.environment, watched, timer === undefined ? Infinity : Number(timer.delay / 1_000_000n));
      const happened = eventsOf(watched, timer);
      for (let i = 0; i < count; i++) writeEvent(instance, events + i * EVENT_SIZE, happened.events[i]);
      memory.setUint32(countAt, happened.count);
    } finally {
      for (const { fd } of watched) if (fd !== undefined) system.close(fd);
    }
  }),
};
