/** WASI's calls on arguments, environment, clocks, randomness, signals and sockets (uvwasi's src/uvwasi.c). */
import type { Callable } from '../environment.ts';
import { EINVAL, ENOSYS, ENOTSOCK, ENOTSUP, check, fail } from './errno.ts';
import { call, type Call, type Instance } from './instance.ts';
import { SOCKET_RIGHTS } from './rights.ts';

const [REALTIME, MONOTONIC, PROCESS_CPU, THREAD_CPU] = [0, 1, 2, 3] as const;
/** getRandomValues gives no more at once, and not into shared memory. Bytes. */
const RANDOM_PIECE = 65536;
/** WASI's signal → Linux's, which differ from 16 on. */
const SIGNALS: Readonly<Record<number, number>> = {
  ...Object.fromEntries(Array.from({ length: 15 }, (_, i) => [i + 1, i + 1])),
  16: 17,
  17: 18,
  18: 19,
  19: 20,
  20: 21,
  21: 22,
  22: 23,
  23: 24,
  24: 25,
  25: 26,
  30: 31,
};

/** Nanoseconds of one of WASI's clocks. @throws WasiError EINVAL there is no such clock */
export function clockTime({ environment }: Pick<Instance, 'environment'>, clock: number): bigint {
  const { performance } = environment.host;
  switch (clock) {
    case REALTIME:
      return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
    case MONOTONIC:
      return BigInt(Math.round(performance.now() * 1e6));
    case PROCESS_CPU:
    case THREAD_CPU: {
      const fields = new Float64Array(2);
      (environment.binding('process_methods')[clock === PROCESS_CPU ? 'cpuUsage' : 'threadCpuUsage'] as Callable)(fields);
      return BigInt((fields[0] ?? 0) + (fields[1] ?? 0)) * 1000n;
    }
    default:
      return fail(EINVAL);
  }
}

const size = (strings: readonly Uint8Array[]): number => strings.reduce((sum, { length }) => sum + length, 0);

/** Strings one after the other at `at`, and their addresses in the array `arrayAt`. @throws WasiError */
function writeStrings({ memory }: Instance, strings: readonly Uint8Array[], arrayAt: number, at: number): void {
  const target = memory.bytes(at, size(strings));
  memory.require(arrayAt, strings.length * 4);
  let offset = 0;
  for (const [index, bytes] of strings.entries()) {
    memory.setUint32(arrayAt + index * 4, at + offset);
    target.set(bytes, offset);
    offset += bytes.length;
  }
}

function writeSizes({ memory }: Instance, strings: readonly Uint8Array[], countAt: number, sizeAt: number): void {
  memory.require(countAt, 4);
  memory.require(sizeAt, 4);
  memory.setUint32(countAt, strings.length);
  memory.setUint32(sizeAt, size(strings));
}

/** Programs are given no sockets (Node preopens none): what they may have as standard streams was not opened by them. @throws WasiError */
function socket({ table }: Instance, id: number): never {
  table.get(id, SOCKET_RIGHTS.base);
  return fail(ENOTSOCK);
}

export const processCalls: Readonly<Record<string, Call>> = {
  args_get: call('ii', (instance, arrayAt, at) => writeStrings(instance, instance.args, arrayAt, at)),
  args_sizes_get: call('ii', (instance, countAt, sizeAt) => writeSizes(instance, instance.args, countAt, sizeAt)),
  clock_res_get: call('ii', ({ memory }, clock, at) => {
    memory.require(at, 8);
    if (clock > THREAD_CPU) fail(EINVAL);
    // The unit that they are told in, as uvwasi answers.
    memory.setUint64(at, 1n);
  }),
  clock_time_get: call('ili', (instance, clock, _precision, at) => {
    instance.memory.require(at, 8);
    instance.memory.setUint64(at, clockTime(instance, clock));
  }),
  environ_get: call('ii', (instance, arrayAt, at) => writeStrings(instance, instance.env, arrayAt, at)),
  environ_sizes_get: call('ii', (instance, countAt, sizeAt) => writeSizes(instance, instance.env, countAt, sizeAt)),
};

export const lastCalls: Readonly<Record<string, Call>> = {
  proc_exit: call('i', ({ environment }, code) => {
    (environment.binding('process_methods')['reallyExit'] as Callable)(code & 0xff);
  }),
  proc_raise: call('i', ({ environment: { system } }, signal) => {
    check(system.kill(system.pid, SIGNALS[signal] ?? fail(ENOSYS)));
  }),
  random_get: call('ii', ({ environment: { host }, memory }, at, length) => {
    const target = memory.bytes(at, length);
    const piece = new Uint8Array(Math.min(length, RANDOM_PIECE));
    for (let offset = 0; offset < length; offset += piece.length) {
      host.crypto.getRandomValues(piece);
      target.set(piece.subarray(0, length - offset), offset);
    }
  }),
  sched_yield: call('', () => undefined),
  sock_accept: call('iii', (instance, id, flags, at) => {
    instance.memory.require(at, 4);
    if ((flags & ~4) !== 0) fail(ENOTSUP);
    socket(instance, id);
  }),
  sock_recv: call('iiiiii', (instance, id, vectors, count, flags, sizeAt, flagsAt) => {
    instance.memory.require(sizeAt, 4);
    instance.memory.require(flagsAt, 4);
    instance.memory.vectors(vectors, count);
    if (count === 0) fail(EINVAL);
    if (flags !== 0) fail(ENOTSUP);
    socket(instance, id);
  }),
  sock_send: call('iiiii', (instance, id, vectors, count, flags, sizeAt) => {
    instance.memory.require(sizeAt, 4);
    instance.memory.vectors(vectors, count);
    if (count === 0 || flags !== 0) fail(EINVAL);
    socket(instance, id);
  }),
  sock_shutdown: call('ii', (instance, id, how) => {
    if ((how & ~2) !== 0) fail(ENOTSUP);
    socket(instance, id);
  }),
};
