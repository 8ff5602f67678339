/**
 * What every binding gets: the thread it serves, its event loop, and the ways back into Node's library.
 * Stands for `node::Environment` and `IsolateData` (src/env.h).
 */
import type { System } from '../system/types.ts';
import type { EventLoop } from './event-loop.ts';
import type { PortLink } from './worker/ports.ts';

/** A function of Node's library or of the guest, called with any `this` and any arguments. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** The object that `internalBinding(name)` gives. */
export type Binding = Record<string | symbol, unknown>;

/** One binding: `engine/node/bindings/<name>.ts` exports `create`, called once per thread, on first use. */
export type CreateBinding = (environment: Environment) => Binding;

/** An exception that nothing caught, and the place in what V8 compiled where it was thrown (1-based). */
export interface Thrown {
  readonly error: unknown;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in the author's text. */
export interface ThrownPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ThrownWatch {
  /** Calls `work`; what it throws comes back. Not to be nested. */
  run(work: () => void): Thrown | undefined;
  /** What is thrown outside of `run`: by promise jobs. */
  onStray(handler: (thrown: Thrown) => void): void;
}

/** Functions of the browser, captured before any guest code could replace or remove them. */
export interface Host {
  readonly fetch: typeof globalThis.fetch;
  readonly setTimeout: (callback: () => void, milliseconds: number) => number;
  readonly clearTimeout: (id: number) => void;
  readonly queueMicrotask: (callback: () => void) => void;
  readonly MessageChannel: typeof globalThis.MessageChannel;
  readonly MessagePort: typeof globalThis.MessagePort;
  readonly BroadcastChannel: typeof globalThis.BroadcastChannel;
  readonly AbortController: typeof globalThis.AbortController;
  readonly URL: typeof globalThis.URL;
  /** Not in every browser. */
  readonly URLPattern: unknown;
  readonly performance: Performance;
  readonly crypto: Crypto;
  /** Absent where there is no `error` event that tells. */
  readonly thrown?: ThrownWatch;
  readonly structuredClone: typeof globalThis.structuredClone;
  /** Origin of the page's server, for the outbound proxy and wasm files. */
  readonly origin: string;
  /** Bytes of a static file of the engine, read synchronously (`brotli-decoder.wasm`, …). Throws when it cannot be had. */
  readonly asset: (name: string) => Uint8Array<ArrayBuffer>;
  /** Runs a part of the engine that is a script of its own, synchronously, and gives its exports (`asymmetric-crypto.js`). Throws when it cannot be had. */
  readonly script: (name: string) => unknown;
}

/** Plain data that the pinned native Node was asked for at build time: binding name → property → value (generated/node/dumps.json). */
export type Dumps = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What all threads of a process have in common. */
export interface ProcessShared {
  /** Ids given to worker threads so far. */
  readonly threadIds: Int32Array;
  /** Names this process among all that the page runs. */
  readonly name: string;
  /** When the process began: nanoseconds of the monotonic clock (performance/monotonic.ts), microseconds since 1970. */
  readonly timeOrigin: Float64Array;
}

/** What a worker thread is given when it starts (the data of `System.startThread`). */
export interface ThreadStart {
  readonly threadId: number;
  readonly threadName: string;
  readonly isInternal: boolean;
  readonly shared: ProcessShared;
  readonly env: readonly (readonly [string, string])[];
  readonly execArgv: readonly string[];
  /** `process.execPath`. */
  readonly execPath: string;
  /** In the order of the worker binding's `k…Mb` constants. */
  readonly resourceLimits: Float64Array;
  readonly port: MessagePort;
  readonly link: PortLink;
  /** The thread tells here: when its event loop started, and how long it has been idle (milliseconds). */
  readonly loopTimes: Float64Array;
}

export interface Environment {
  readonly system: System;
  readonly loop: EventLoop;
  readonly host: Host;
  readonly dumps: Dumps;
  /** Source of each builtin module by id. */
  readonly builtins: ReadonlyMap<string, string>;
  /** The guest's `process`. */
  readonly process: Record<string | symbol, unknown>;
  /** Node's primordials, filled by internal/per_context/primordials. */
  readonly primordials: Record<string, unknown>;
  /** 0 on the main thread, else the worker thread's id. */
  readonly threadId: number;
  /** What the threads of the process share. */
  readonly shared: ProcessShared;
  /** How this worker thread was started; undefined on the main thread. */
  readonly thread: ThreadStart | undefined;
  /** Program file (`process.execPath`), argv and environment of the process; empty until `start`. */
  readonly start: { readonly path: string; readonly args: readonly string[]; readonly env: Map<string, string> };
  /** The private symbols that `internalBinding('util').privateSymbols` holds, by name. They are not enumerable on objects (define them with `hidden`). */
  readonly privateSymbols: Readonly<Record<string, symbol>>;
  /** The per-isolate symbols of `internalBinding('symbols')`, by name (`owner_symbol`, `async_id_symbol`, `handle_onclose` …). */
  readonly symbols: Readonly<Record<string, symbol>>;

  /** `internalBinding(name)` for use among bindings. */
  binding(name: string): Binding;
  /** `require` of a builtin for internal use (internal/… ids included). Only after bootstrap. */
  requireBuiltin(id: string): Record<string, unknown>;
  /**
   * Calls into JavaScript from the event loop as `InternalMakeCallback` does: async hooks before/after, an uncaught exception goes to
   * `process._fatalException`, ticks are drained afterwards. `receiver` is an AsyncWrap object or any resource.
   */
  makeCallback(receiver: object, callback: Callable | undefined, args: readonly unknown[]): unknown;
  /** Reports an exception that nothing caught (`errors::TriggerUncaughtException`); `made`: its place is where it was made. */
  triggerUncaughtException(error: unknown, fromPromise: boolean, place?: ThrownPlace | 'made'): void;
  /** Text of a guest's file or (`node:…`) of a builtin, by the name that stack frames show; undefined when there is none. */
  sourceText(file: string): string | undefined;
  /** Next async id (AsyncWrap). */
  newAsyncId(): number;
  /** An exception as Node's C++ makes it for a failed system call: `ENOENT: no such file or directory, open 'x'`, errno, code, syscall, path, dest. `errno` is negative. */
  uvException(errno: number, syscall: string, message?: string | undefined, path?: string | undefined, dest?: string | undefined): Error;
  /** A `new Error`/`TypeError`/`RangeError` with `code`, as `THROW_ERR_*` makes it: stack headed `TypeError [CODE]: message`? No: C++ errors have `code` and a plain head. */
  codedError(kind: 'Error' | 'TypeError' | 'RangeError' | 'SyntaxError', code: string, message: string): Error;
  /** Defines a property that guests do not see when they list keys. */
  hidden(target: object, key: symbol, value: unknown): void;
  /** Node's option value (`--conditions` …) as parsed from NODE_OPTIONS and execArgv. */
  option(name: string): unknown;
  /** Makes `Uint8Array` a Buffer (prototype of Buffer once bootstrap has set it). */
  buffer(bytes: Uint8Array): Uint8Array;
}
