/** The guest's `process` and `process.env` (src/node_process_object.cc, src/node_env_var.cc). */
import { NativeProxy } from './bindings/types.ts';

export interface ProcessData {
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly release: Readonly<Record<string, unknown>>;
}

/** What the dump of native Node's process says. */
export function processData(dump: Readonly<Record<string, unknown>>): ProcessData {
  const versions = dump['versions'] as Record<string, string>;
  return { version: `v${versions['node'] ?? ''}`, versions, release: dump['release'] as Record<string, unknown> };
}

/** The object before Node's bootstrap has filled it. */
export function createProcessObject(
  data: ProcessData,
  exitInfo: symbol,
  rawDebug: (text: string) => void,
): Record<string | symbol, unknown> {
  // Node shows this name: `process.constructor.name`, `Object [process]`.
  const constructor = { process: function () {} }.process as unknown as new () => Record<string | symbol, unknown>;
  const process = new constructor();
  process[exitInfo] = new Int32Array(3);
  const constant = (key: string, value: unknown) =>
    Object.defineProperty(process, key, { value, enumerable: true, writable: false, configurable: true });
  constant('version', data.version);
  constant('versions', Object.freeze({ ...data.versions }));
  constant('arch', 'x64');
  constant('platform', 'linux');
  constant('release', { ...data.release });
  process['_rawDebug'] = rawDebug;
  return process;
}

export interface ProcessStart {
  readonly pid: number;
  readonly ppid: () => number;
  readonly execPath: string;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly title: string;
}

/** `PatchProcessObject`: what is known only when the process starts. */
export function patchProcessObject(process: Record<string | symbol, unknown>, start: ProcessStart): void {
  let { title } = start;
  Object.defineProperty(process, 'title', {
    enumerable: true,
    configurable: true,
    get: () => title,
    set: (value: unknown) => {
      title = String(value);
    },
  });
  process['argv'] = [...start.argv];
  process['execArgv'] = [...start.execArgv];
  const constant = (key: string, value: unknown) =>
    Object.defineProperty(process, key, { value, enumerable: true, writable: false, configurable: true });
  constant('pid', start.pid);
  Object.defineProperty(process, 'ppid', { enumerable: true, configurable: true, get: start.ppid });
  process['execPath'] = start.execPath;
  process['debugPort'] = 9229;
}

/** `process.env`: a map of strings that looks like an object. Values become strings, as natively; symbols cannot be set. */
export function createEnvironmentObject(
  variables: Map<string, string>,
  warn: () => void,
  setTimeZone: (name: string | undefined) => void,
): Record<string, string> {
  const target: Record<string, string> = {};
  const text = (value: unknown): string => {
    if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') warn();
    return String(value);
  };
  // setenv(3) takes no empty name and none with an equals sign; what it refuses is not set.
  const set = (key: string, value: string): void => {
    if (key !== '' && !key.includes('=')) variables.set(key, value);
    if (key === 'TZ') setTimeZone(value);
  };
  return new NativeProxy(target, {
    get: (_, key) => (typeof key === 'string' && variables.has(key) ? variables.get(key) : (Reflect.get(target, key) as unknown)),
    set: (_, key, value) => {
      set(text(key), text(value));
      return true;
    },
    has: (_, key) => (typeof key === 'string' && variables.has(key)) || key in target,
    deleteProperty: (_, key) => {
      if (typeof key === 'string') variables.delete(key);
      if (key === 'TZ') setTimeZone(undefined);
      return true;
    },
    ownKeys: () => [...variables.keys()],
    getOwnPropertyDescriptor: (_, key) => {
      const value = typeof key === 'string' ? variables.get(key) : undefined;
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
    defineProperty: (_, key, descriptor) => {
      if ('get' in descriptor || 'set' in descriptor) {
        throw Object.assign(new TypeError("'process.env' does not accept an accessor(getter/setter) descriptor"), {
          code: 'ERR_INVALID_OBJECT_DEFINE_PROPERTY',
        });
      }
      if (descriptor.configurable !== true || descriptor.writable !== true || descriptor.enumerable !== true) {
        throw Object.assign(new TypeError("'process.env' only accepts a configurable, writable, and enumerable data descriptor"), {
          code: 'ERR_INVALID_OBJECT_DEFINE_PROPERTY',
        });
      }
      set(text(key), text(descriptor.value));
      return true;
    },
  });
}
