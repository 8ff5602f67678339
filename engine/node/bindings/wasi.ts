/** `internalBinding('wasi')` (src/node_wasi.cc): WASI preview 1 on the engine's files and descriptors. */
import type { CreateBinding, Environment } from '../environment.ts';
import { encodeUtf8 } from '../text.ts';
import { descriptorCalls } from '../wasi/descriptor-calls.ts';
import { DescriptorTable } from '../wasi/descriptors.ts';
import { EINVAL, SUCCESS, WasiError, wasiErrorName } from '../wasi/errno.ts';
import type { Call, Instance } from '../wasi/instance.ts';
import { LinearMemory } from '../wasi/memory.ts';
import { pathCalls } from '../wasi/path-calls.ts';
import { pollCalls } from '../wasi/poll.ts';
import { lastCalls, processCalls } from '../wasi/process-calls.ts';

const MAX_UINT32 = 2 ** 32 - 1;

const isArgument = (value: unknown, kind: string | undefined): boolean =>
  kind === 'l' ? typeof value === 'bigint' : typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32;

function initialisationError(errno: number): Error {
  const code = wasiErrorName(errno);
  return Object.assign(new Error(`${code}, uvwasi_init`), { errno, code, syscall: 'uvwasi_init' });
}

const terminated = (strings: readonly string[]): Uint8Array[] =>
  // C's strings end at their first NUL.
  strings.map((string) => encodeUtf8(`${string.split('\0', 1)[0]}\0`));

const isMemory = (value: unknown): value is WebAssembly.Memory =>
  Object.prototype.toString.call(value) === '[object WebAssembly.Memory]' && value instanceof WebAssembly.Memory;

type Started = Pick<Instance, 'args' | 'env' | 'table'> & { memory?: LinearMemory };

function createTable(environment: Environment, stdio: readonly number[], preopens: readonly string[]): DescriptorTable {
  const pairs = Array.from({ length: preopens.length / 2 }, (_, i) => [preopens[i * 2] ?? '', preopens[i * 2 + 1] ?? ''] as const);
  try {
    return new DescriptorTable(environment.system, stdio, pairs);
  } catch (error) {
    throw error instanceof WasiError ? initialisationError(error.errno) : error;
  }
}

export const create: CreateBinding = (environment) => {
  const instances = new WeakMap<object, Started>();

  const setMemory = function (this: object, memory: unknown): void {
    const started = instances.get(this);
    if (!isMemory(memory) || started === undefined) {
      const message = '"instance.exports.memory" property must be a WebAssembly.Memory object';
      throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', message);
    }
    started.memory = new LinearMemory(memory);
  };

  class WASI {
    _setMemory = setMemory;
    constructor(args: readonly string[], env: readonly string[], preopens: readonly string[], stdio: readonly number[]) {
      instances.set(this, { args: terminated(args), env: terminated(env), table: createTable(environment, stdio, preopens) });
    }
  }

  /** What WebAssembly calls: checks arguments, then runs the call; 0 or WASI's error number. */
  const callable = (name: string, { signature, run }: Call) => {
    const count = signature.length;
    const called = function (this: object, ...args: unknown[]): number {
      if (args.length !== count) return EINVAL;
      for (let i = 0; i < count; i++) if (!isArgument(args[i], signature[i])) return EINVAL;
      const { args: given, env, table, memory } = instances.get(this) ?? {};
      if (given === undefined || env === undefined || table === undefined) throw new TypeError('Illegal invocation');
      if (memory === undefined) throw environment.codedError('Error', 'ERR_WASI_NOT_STARTED', 'wasi.start() has not been called');
      const instance: Instance = { environment, args: given, env, table, memory };
      try {
        run(
          instance,
          args.map((value) => (typeof value === 'bigint' ? BigInt.asUintN(64, value) : Number(value))),
        );
        return SUCCESS;
      } catch (error) {
        if (error instanceof WasiError) return error.errno;
        throw error;
      }
    };
    Object.defineProperties(called, { name: { value: name }, length: { value: count } });
    return called;
  };

  const calls = { ...processCalls, ...descriptorCalls, ...pathCalls, ...pollCalls, ...lastCalls };
  for (const [name, one] of Object.entries(calls)) Object.assign(WASI.prototype, { [name]: callable(name, one) });
  return { WASI };
};
