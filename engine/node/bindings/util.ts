/** `internalBinding('util')` (src/node_util.cc). */
import type { Callable, CreateBinding, Environment } from '../environment.ts';
import { guestCallSites, type V8CallSite } from '../loader/call-site.ts';
import { FULFILLED, promiseState } from '../loader/promise-states.ts';
import { loaderRuntime } from '../loader/runtime.ts';
import { checks, proxyDetails } from './types.ts';

// PropertyFilter of V8.
const ONLY_WRITABLE = 1;
const ONLY_ENUMERABLE = 2;
const ONLY_CONFIGURABLE = 4;
const SKIP_STRINGS = 8;
const SKIP_SYMBOLS = 16;

const isIndex = (key: string | symbol): boolean => typeof key === 'string' && /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;

const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const arrayFrom = Array.from.bind(Array);

/** Shown where the answer exists but cannot be known here. */
const shownAs = (text: string): object => ({ [Symbol.for('nodejs.util.inspect.custom')]: () => text });

/** Keys and values of maps in turn, values of sets, what iterators have left; `[entries, whether in pairs]` when the caller asks for both. */
function previewEntries(environment: Environment, value: object, isIterator: boolean | undefined): unknown {
  let entries: readonly unknown[];
  let keyed = false;
  if (checks.isMap(value)) {
    entries = arrayFrom(mapEntries.call(value as Map<unknown, unknown>)).flat(1);
    keyed = true;
  } else if (checks.isSet(value)) entries = arrayFrom(setValues.call(value as Set<unknown>));
  else if (checks.isMapIterator(value) || checks.isSetIterator(value)) {
    const left = loaderRuntime(environment).iterators.left(value);
    keyed = left.keyed;
    entries = keyed ? left.values.flat(1) : left.values;
  } else {
    // Weak collections: no page can list them.
    const unknown = shownAs('<items unknown>');
    keyed = checks.isWeakMap(value);
    entries = keyed ? [unknown, unknown] : [unknown];
  }
  return isIterator === undefined ? entries : [entries, keyed];
}

function constructorName(value: object): string {
  for (let at: object | null = value; at !== null; at = Reflect.getPrototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, 'constructor');
    const constructor: unknown = descriptor?.value;
    if (typeof constructor === 'function' && constructor.name !== '') return constructor.name;
  }
  return 'Object';
}

function ownNonIndexProperties(value: object, filter: number): (string | symbol)[] {
  const wanted = filter & (ONLY_WRITABLE | ONLY_ENUMERABLE | ONLY_CONFIGURABLE);
  return Reflect.ownKeys(value).filter((key) => {
    if (typeof key === 'symbol' ? (filter & SKIP_SYMBOLS) !== 0 : (filter & SKIP_STRINGS) !== 0 || isIndex(key)) return false;
    if (wanted === 0) return true;
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
    return (
      descriptor !== undefined &&
      ((wanted & ONLY_WRITABLE) === 0 || descriptor.writable !== false) &&
      ((wanted & ONLY_ENUMERABLE) === 0 || descriptor.enumerable === true) &&
      ((wanted & ONLY_CONFIGURABLE) === 0 || descriptor.configurable === true)
    );
  });
}

/** One frame as `util.getCallSites()` shows it. */
interface CallSiteLike {
  getFunctionName(): string | null;
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** Structured frames above `above`, the engine's own left out. */
export function callSites(environment: Environment, count: number, above: Callable): CallSiteLike[] {
  const constructor = Error as unknown as { prepareStackTrace?: unknown; stackTraceLimit: number };
  const { stackTraceLimit } = constructor;
  const descriptor = Object.getOwnPropertyDescriptor(constructor, 'prepareStackTrace');
  const holder: { stack?: unknown } = {};
  constructor.stackTraceLimit = count + 20;
  Object.defineProperty(constructor, 'prepareStackTrace', {
    configurable: true,
    writable: true,
    value: (_: unknown, sites: unknown) => sites,
  });
  try {
    Error.captureStackTrace(holder, above);
    // V8 gives text instead while it is already asking for another trace.
    const sites = Array.isArray(holder.stack) ? (holder.stack as V8CallSite[]) : [];
    const { origin } = environment.host;
    return guestCallSites(loaderRuntime(environment).scripts, sites, (site) =>
      (site.getScriptNameOrSourceURL() ?? '').startsWith(`${origin}/`),
    ).slice(0, count);
  } finally {
    constructor.stackTraceLimit = stackTraceLimit;
    if (descriptor === undefined) delete constructor.prepareStackTrace;
    else Object.defineProperty(constructor, 'prepareStackTrace', descriptor);
  }
}

/** `.env` syntax, as src/node_dotenv.cc reads it: comments, export, quotes ('…', "…" with \n, `…`), spaces trimmed, quoted values over lines. */
export function parseEnvironmentFile(content: string): Record<string, string> {
  const result: Record<string, string> = {};
  const text = content.replaceAll('\r\n', '\n');
  let at = 0;
  while (at < text.length) {
    const lineEnd = (from: number) => {
      const newline = text.indexOf('\n', from);
      return newline < 0 ? text.length : newline;
    };
    while (at < text.length && /\s/.test(text[at] ?? '')) at++;
    if (at >= text.length) break;
    if (text[at] === '#') {
      at = lineEnd(at) + 1;
      continue;
    }
    const end = lineEnd(at);
    const equals = text.indexOf('=', at);
    if (equals < 0 || equals > end) {
      at = end + 1;
      continue;
    }
    const key = text
      .slice(at, equals)
      .trim()
      .replace(/^export\s+/, '');
    let valueAt = equals + 1;
    while (valueAt < end && /[ \t]/.test(text[valueAt] ?? '')) valueAt++;
    const quote = text[valueAt] ?? '';
    const close = quote === '"' || quote === "'" || quote === '`' ? text.indexOf(quote, valueAt + 1) : -1;
    if (key === '') {
      at = end + 1;
    } else if (close > 0) {
      const inner = text.slice(valueAt + 1, close);
      result[key] = quote === '"' ? inner.replaceAll('\\n', '\n') : inner;
      at = lineEnd(close) + 1;
    } else {
      const line = text.slice(valueAt, end);
      const comment = line.indexOf('#');
      result[key] = (comment < 0 ? line : line.slice(0, comment)).trim();
      at = end + 1;
    }
  }
  return result;
}

function defineLazyProperties(environment: Environment, target: object, id: string, keys: string[], enumerable = true): void {
  for (const key of keys) {
    let lazy: unknown;
    let loaded = false;
    const get = (): unknown => {
      if (!loaded) {
        lazy = environment.requireBuiltin(id)[key];
        loaded = true;
        set(lazy);
      }
      return lazy;
    };
    Object.defineProperty(get, 'name', { value: key, configurable: true });
    const set = (value: unknown) => Object.defineProperty(target, key, { writable: true, configurable: true, enumerable, value });
    Object.defineProperty(target, key, { configurable: true, enumerable, get, set });
  }
}

export const create: CreateBinding = (environment) => ({
  privateSymbols: environment.privateSymbols,
  ...Object.fromEntries(
    [
      'isArrayBuffer',
      'isAsyncFunction',
      'isDataView',
      'isDate',
      'isExternal',
      'isMap',
      'isMapIterator',
      'isNativeError',
      'isPromise',
      'isRegExp',
      'isSet',
      'isSetIterator',
      'isAnyArrayBuffer',
    ].map((name) => [name, checks[name as keyof typeof checks]]),
  ),
  isArrayBufferView: ArrayBuffer.isView.bind(ArrayBuffer),
  isTypedArray: (value: unknown) => ArrayBuffer.isView(value) && !checks.isDataView(value),
  isUint8Array: (value: unknown) => ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]',
  isInsideNodeModules: function isInsideNodeModules(count = 10) {
    return callSites(environment, Number(count), isInsideNodeModules as unknown as Callable).some((site) =>
      /[\\/]node_modules[\\/]/.test(site.getScriptNameOrSourceURL() ?? ''),
    );
  },
  defineLazyProperties: (target: object, id: string, keys: string[], enumerable?: boolean) =>
    defineLazyProperties(environment, target, id, keys, enumerable),
  // What is not known is neither pending nor a value: see docs/decisions/0014-what-a-page-cannot-see.md.
  getPromiseDetails: (promise: object) => promiseState(promise) ?? [FULFILLED, shownAs('<state unknown>')],
  getProxyDetails: (value: unknown, both = true) => {
    const details = proxyDetails(value);
    return details === undefined ? undefined : both ? [...details] : details[0];
  },
  getCallerLocation: function getCallerLocation() {
    const site = callSites(environment, 2, getCallerLocation as unknown as Callable)[1];
    return site === undefined ? undefined : [site.getLineNumber(), site.getColumnNumber(), site.getScriptNameOrSourceURL()];
  },
  previewEntries: (value: object, isIterator?: boolean) => previewEntries(environment, value, isIterator),
  getOwnNonIndexProperties: ownNonIndexProperties,
  getConstructorName: constructorName,
  getExternalValue: (value: unknown) => {
    throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', `not an external value: ${typeof value}`);
  },
  getCallSites: function getCallSites(count: number) {
    return callSites(environment, count + 1, getCallSites as unknown as Callable)
      .slice(1)
      .map((site) => ({
        functionName: site.getFunctionName() ?? '',
        scriptId: '0',
        scriptName: site.getScriptNameOrSourceURL() ?? '',
        lineNumber: site.getLineNumber() ?? 0,
        columnNumber: site.getColumnNumber() ?? 0,
        column: site.getColumnNumber() ?? 0,
      }));
  },
  sleep: (milliseconds: number) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
  parseEnv: parseEnvironmentFile,
  arrayBufferViewHasBuffer: () => true,
  constructSharedArrayBuffer: (length: number) => new SharedArrayBuffer(length),
  markPromiseAsHandled: (promise: Promise<unknown>) => {
    promise.catch(() => undefined);
  },
  shouldAbortOnUncaughtToggle: new Uint32Array([1]),
  guessHandleType: (fd: number) => guessHandleType(environment, fd),
});

/** Indexes into the list that lib/internal/util.js keeps: TCP, TTY, UDP, FILE, PIPE, UNKNOWN. */
function guessHandleType(environment: Environment, fd: number): number {
  const kind = environment.system.kind(fd);
  if (typeof kind === 'number') return 5;
  const index = { file: 3, directory: 3, pipe: 4, socket: 4, listener: 4, tty: 1, null: 3 } as const;
  return index[kind];
}
