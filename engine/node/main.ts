/**
 * A Node.js process in one thread: `prepare` boots Node's library ahead of time (a warm worker), `start` gives it its command line and runs it.
 * Stands for src/node.cc (StartExecution) and src/api/embed_helpers.cc (SpinEventLoop).
 */
import type { System } from '../system/types.ts';
import { AsyncWrap } from './async-wrap.ts';
import { createAsyncStack } from './bindings/async_wrap.ts';
import { bufferPrototypes } from './bindings/buffer.ts';
import { createErrorCallbacks } from './bindings/errors.ts';
import { optionTable } from './bindings/options.ts';
import type { PerformanceMarks } from './bindings/performance.ts';
import { createTaskQueue } from './bindings/task_queue.ts';
import { createTimerCallbacks } from './bindings/timers.ts';
import { wrapProxy } from './bindings/types.ts';
import { createBindings } from './bindings.ts';
import { fatalReport } from './fatal.ts';
import type { Callable, Dumps, Environment, Host, ProcessShared, Thrown, ThreadStart, ThrownPlace } from './environment.ts';
import { removeBrowserGlobals } from './globals.ts';
import { compileCacheOf } from './loader/compile-cache.ts';
import { patchFunctionConstructors } from './loader/function-constructors.ts';
import { rememberRejection } from './loader/promise-states.ts';
import { throwPlace } from './loader/throw-place.ts';
import { loaderRuntime } from './loader/runtime.ts';
import { unsettledTopLevelAwait } from './loader/unsettled.ts';
import { makeHop } from './hop.ts';
import { Loop } from './loop.ts';
import { applyEnvironment, checkOptions, environmentFiles, OptionError, parseOptions, type ParsedOptions } from './options.ts';
import { findRunScript, runScriptProgram } from './run-script.ts';
import { makePrivateSymbols } from './private-symbols.ts';
import { createEnvironmentObject, createProcessObject, patchProcessObject, processData } from './process-object.ts';
import { createRealm } from './realm.ts';
import { parseEnvironmentFile } from './bindings/util.ts';
import { startSignals } from './bindings/signal_wrap.ts';
import { installStackTraces } from './stack-traces.ts';
import { decodeUtf8, encodeUtf8 } from './text.ts';
import { createTimeZones } from './time-zone.ts';
import { portsOf } from './worker/ports.ts';
import { codedError, uvException, type UvErrorMap } from './uv-errors.ts';

/** generated/node/dumps.json. */
export interface NodeDumps {
  readonly bindings: Dumps;
  readonly process: Readonly<Record<string, unknown>>;
  readonly globals: readonly string[];
}

export interface PrepareOptions {
  /** The thread's system; its process may be attached later, before `start`. */
  readonly system: System;
  readonly host: Host;
  readonly builtins: ReadonlyMap<string, string>;
  readonly dumps: NodeDumps;
  /** For a worker thread: what it was started with. */
  readonly thread?: ThreadStart;
}

export interface StartOptions {
  /** The program's file: `process.execPath`. Of no use for a worker thread, which has the process's. */
  readonly path: string;
  /** argv as the process was spawned, argv[0] included. */
  readonly args: readonly string[];
  /** `KEY=value` entries. */
  readonly env: readonly string[];
}

export interface PreparedNode {
  readonly environment: Environment;
  /** Runs the process to its end; the promise does not resolve on the main thread, `system.exit` ends it. */
  start(options: StartOptions): Promise<void>;
}

/** Async id of the first turn, in which the main script runs. */
const MAIN_ASYNC_ID = 1;
const SIGTRAP = 5;
const EXIT_CODE = 1;
const HAS_EXIT_CODE = 2;
const EXITING = 0;
const UNSETTLED_TOP_LEVEL_AWAIT = 13;

export function prepare(options: PrepareOptions): PreparedNode {
  const { system, host, builtins, dumps } = options;
  const { thread } = options;
  const threadId = thread?.threadId ?? 0;
  const isMainThread = threadId === 0;
  const loop = new Loop(system, () => host.performance.now(), makeHop(host), host.thrown);
  const taskQueue = createTaskQueue();
  const timers = createTimerCallbacks();
  const errors = createErrorCallbacks();
  const unbound = () => undefined;
  const clock: PerformanceMarks = {
    restart: unbound,
    optionsParsed: unbound,
    environmentReady: unbound,
    loopStarts: unbound,
    loopEnds: unbound,
  };
  const table = optionTable(dumps.bindings['options'] ?? {});
  const utilDump = dumps.bindings['util'] as { privateSymbols: Record<string, { $symbol: string }> };
  const privateSymbols = makePrivateSymbols(Object.keys(utilDump.privateSymbols));
  const symbols = Object.fromEntries(
    Object.entries(dumps.bindings['symbols'] as Record<string, { $symbol: string }>).map(([name, { $symbol }]) => [name, Symbol($symbol)]),
  );
  const exitInfo = privateSymbols['exit_info_private_symbol'];
  if (exitInfo === undefined) throw new Error('the dump of the util binding has no exit_info_private_symbol');
  const data = processData(dumps.process);
  const errorMap: UvErrorMap = new Map(
    (dumps.bindings['uv'] as { 'getErrorMap()': { $map: [number, [string, string]][] } })['getErrorMap()'].$map,
  );
  const write = (fd: number, text: string) => system.writeBlocking(fd, encodeUtf8(text));
  const process = createProcessObject(data, exitInfo, (text) => write(2, `${text}\n`));
  const exitFields = process[exitInfo] as Int32Array;
  const start = { path: '', args: [] as string[], env: new Map<string, string>() };
  let parsed: ParsedOptions = parseOptions(table, [], undefined);
  let began = host.performance.now();

  const exit = (code: number): never => {
    loop.stop();
    compileCacheOf(environment).persist();
    if (thread === undefined) return system.exit(code);
    const ports = portsOf(environment);
    ports.sendExit(thread.port, code);
    ports.closeAll();
    system.stopThread(system.slot);
    throw new Error('the kernel let a thread go on that had ended');
  };

  // FailWithCorruptedAsyncStack in src/env.cc.
  const asyncStack = createAsyncStack((actual, expected) => {
    const stack = (new Error().stack ?? '').split('\n').slice(1).join('\n');
    write(2, `Error: async hook stack has become corrupted (actual: ${actual}, expected: ${expected})\n${stack}\n`);
    exit(1);
  });

  /** `--abort-on-uncaught-exception`: V8 ends the process where the exception is thrown, unless a domain will handle it. */
  const abortWhereWanted = (error: unknown): void => {
    if (parsed.values['--abort-on-uncaught-exception'] !== true || threadId !== 0) return;
    const { shouldAbortOnUncaughtToggle: toggle } = setup.realm.binding('util') as { shouldAbortOnUncaughtToggle: Uint32Array };
    if (toggle[0] === 0) return;
    const frames = error instanceof Error ? [...(error.stack ?? '').matchAll(/^ {4}at (.*)$/gm)].map(([, frame]) => frame) : [];
    write(2, `Uncaught ${String(error)}\n\nFROM\n${frames.join('\n')}`);
    system.kill(system.pid, SIGTRAP);
    exit(128 + SIGTRAP);
  };

  const triggerUncaughtException = (error: unknown, fromPromise: boolean, place?: ThrownPlace | 'made'): void => {
    if (!fromPromise) abortWhereWanted(error);
    const handler = process['_fatalException'];
    if (typeof handler !== 'function') return die(error, 6, place);
    let handled = false;
    try {
      handled = (handler as Callable).call(process, error, fromPromise) === true;
    } catch (inner) {
      return die(inner, 7);
    }
    if (!handled) die(error, exitFields[HAS_EXIT_CODE] === 1 ? (exitFields[EXIT_CODE] ?? 0) : 1, place);
  };

  const die = (error: unknown, code: number, place?: ThrownPlace | 'made'): void => {
    const hidden = (name: string): unknown =>
      typeof error === 'object' && error !== null ? (error as Record<symbol, unknown>)[privateSymbols[name] ?? Symbol()] : undefined;
    const knowledge = {
      known: hidden('arrow_message_private_symbol'),
      isDecorated: hidden('decorated_private_symbol') === true,
      place,
    };
    let shown: string;
    try {
      // Adds where the error was emitted, if nobody listened to it.
      if (typeof error === 'object' && error !== null) errors.enhanceBefore?.call(undefined, error);
      const inspect = (value: unknown) => errors.enhanceAfter?.call(undefined, value) as string;
      if (knowledge.known === undefined) knowledge.known = loaderRuntime(environment).evaluated.arrow(error);
      shown = fatalReport({ source: sourceText, thrown, inspect, version: data.version }, error, knowledge);
    } catch (inner) {
      shown = `${String(error)}\n(the error could not be shown: ${String(inner)})\n`;
    }
    write(2, shown);
    const report = setup.realm.binding('report') as Record<string, Callable>;
    if (report['shouldReportOnUncaughtException']?.() === true) report['writeReport']?.(String(error), 'Exception', undefined, error);
    exit(code);
  };

  const placeOf = (thrown: Thrown | undefined): ThrownPlace | undefined =>
    thrown === undefined || thrown.file === '' || thrown.file.startsWith(`${host.origin}/`)
      ? undefined
      : loaderRuntime(environment).scripts.mapCallSite(thrown.file, thrown.line, thrown.column);

  const thrown = (place: ThrownPlace): ThrownPlace | undefined => {
    if (place.file.startsWith('node:')) return undefined;
    const found = throwPlace(sourceText(place.file) ?? '', place);
    return found === undefined ? undefined : { file: place.file, ...found };
  };

  const sourceText = (file: string): string | undefined => {
    if (file.startsWith('node:')) return builtins.get(file.slice(5));
    // As it was compiled: without its types.
    const { scripts } = loaderRuntime(environment);
    const compiled = scripts.source(file) ?? scripts.source(`file://${file}`);
    if (compiled !== undefined) return compiled;
    const bytes = system.files.readFile(file.startsWith('file://') ? decodeURIComponent(file.slice(7).replace(/[?#].*$/, '')) : file);
    return typeof bytes === 'number' ? undefined : decodeUtf8(bytes);
  };

  const environment: Environment = {
    system,
    loop,
    host,
    dumps: dumps.bindings,
    builtins,
    process,
    primordials: {},
    threadId,
    shared: thread?.shared ?? newProcessShared(host),
    thread,
    start,
    privateSymbols,
    symbols,
    binding: (name) => setup.realm.binding(name),
    requireBuiltin: (id) => setup.realm.requireBuiltin(id),
    makeCallback: (receiver, callback, args) => {
      if (callback === undefined) return undefined;
      const wrap = receiver as { getAsyncId?: () => number; getTriggerAsyncId?: () => number };
      const asyncId = wrap.getAsyncId?.() ?? 0;
      const isNested = asyncStack.depth() > 0;
      asyncStack.push(asyncId, wrap.getTriggerAsyncId?.() ?? 0, AsyncWrap.resourceOf(receiver));
      const hooks = asyncStack.hooks();
      if (asyncId !== 0 && (asyncStack.fields[1] ?? 0) > 0) hooks?.['before']?.call(undefined, asyncId);
      const { frames } = loaderRuntime(environment);
      let result: unknown;
      try {
        result = frames.run(AsyncWrap.contextFrameOf(receiver), () => callback.apply(receiver, [...args]));
      } catch (error) {
        // The callback around it goes on. Where there is none, the handler of uncaught exceptions sees the ids and clears them.
        if (isNested) asyncStack.pop(asyncId);
        throw error;
      }
      if (asyncId !== 0 && (asyncStack.fields[2] ?? 0) > 0) hooks?.['after']?.call(undefined, asyncId);
      asyncStack.pop(asyncId);
      return result;
    },
    triggerUncaughtException,
    sourceText: (file) => sourceText(file),
    newAsyncId: () => asyncStack.newAsyncId(),
    uvException: (errno, syscall, message, path, dest) => uvException(errorMap, errno, syscall, message, path, dest),
    codedError,
    hidden: (target, key, value) =>
      void Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false }),
    option: (name) => parsed.values[name],
    buffer: (bytes) => {
      const prototype = bufferPrototypes.get(environment);
      if (prototype === undefined) throw new Error('a Buffer was made before bootstrap');
      return Object.setPrototypeOf(bytes, prototype) as Uint8Array;
    },
  };

  const setup = createRealm({
    environment,
    isMainThread,
    bindings: createBindings({
      asyncStack,
      taskQueue,
      timers,
      errors,
      loop,
      clock,
      errorMap,
      optionTable: table,
      optionValues: () => parsed.values,
      worker: {
        isMainThread,
        execArgv: () => parsed.execArgv,
        checkOptions: (args, nodeOptions) => void parseOptions(table, args, nodeOptions),
      },
      control: {
        exit,
        timers: () => ({ timeouts: timers.timeoutInfo[0] ?? 0, immediates: timers.immediateInfo[1] ?? 0 }),
        started: () => began,
        patch: (target) =>
          patchProcessObject(target, {
            pid: system.pid,
            ppid: () => system.ppid,
            execPath: start.path,
            argv: [start.args[0] ?? 'node', ...parsed.args],
            execArgv: parsed.execArgv,
            title: String(parsed.values['--title'] || (start.args[0] ?? 'node')),
          }),
      },
    }),
  });

  loop.setHooks({
    ticksPending: () => taskQueue.tickInfo[0] === 1 || taskQueue.tickInfo[1] === 1,
    // Methods of `process` in stack traces, as native calls them.
    runTicks: () => Reflect.apply(taskQueue.runTicks, process, []),
    runTimers: (now) => Reflect.apply(timers.runTimers, process, [now]),
    runImmediates: () => Reflect.apply(timers.runImmediates, process, []),
    immediates: () => ({
      count: timers.immediateInfo[0] ?? 0,
      referenced: timers.immediateInfo[1] ?? 0,
      outstanding: timers.immediateInfo[2] === 1,
    }),
    uncaught: (error, thrown) => triggerUncaughtException(error, false, placeOf(thrown)),
  });
  host.thrown?.onStray((thrown) => triggerUncaughtException(thrown.error, false, Error.isError(thrown.error) ? 'made' : placeOf(thrown)));

  listenForRejections(taskQueue, loop);
  removeBrowserGlobals(new Set());
  wrapProxy();
  // Before Node's library takes its primordials: it patches promises and `toString`.
  loaderRuntime(environment);
  setup.bootstrap();
  // Natively functions from the start (they are in its snapshot).
  for (const name of ['structuredClone', 'atob', 'btoa']) void (globalThis as unknown as Record<string, unknown>)[name];
  const timeZones = createTimeZones(loaderRuntime(environment).texts.hide);
  const warn = (): void => {
    if (parsed.values['--pending-deprecation'] === true) warnOfEnvironmentValue(process);
  };
  process['env'] = createEnvironmentObject(start.env, warn, (name) => timeZones.set(name));
  const { overrideStackTrace } = setup.realm.requireBuiltin('internal/errors') as { overrideStackTrace: WeakMap<object, Callable> };
  installStackTraces({
    origin: host.origin,
    scripts: loaderRuntime(environment).scripts,
    overrides: overrideStackTrace,
    formatted: errors.formatted,
    format: (Error as unknown as { prepareStackTrace: Callable }).prepareStackTrace,
  });
  patchFunctionConstructors(environment);
  loaderRuntime(environment).iterators.install();
  for (const id of WARM) setup.realm.requireBuiltin(id);

  const exitCode = (): number => (exitFields[HAS_EXIT_CODE] === 1 ? (exitFields[EXIT_CODE] ?? 0) : 0);
  const emit = (event: string, code: number): void => {
    try {
      (process['emit'] as Callable).call(process, event, code);
    } catch (error) {
      triggerUncaughtException(error, false);
    }
  };

  const spin = async (): Promise<void> => {
    do {
      await loop.run();
      await settle(host);
      if (loop.stopped) return;
      if (loop.alive() || taskQueue.tickInfo[1] === 1) {
        await loop.drain();
        continue;
      }
      emit('beforeExit', exitCode());
      await loop.drain();
    } while (loop.alive());
  };

  return {
    environment,
    start: async ({ path, args: given, env }) => {
      start.path = thread?.execPath ?? path;
      const args = thread === undefined ? given : [start.path, ...thread.execArgv];
      for (const [key, value] of thread?.env ?? []) start.env.set(key, value);
      start.args = [...args];
      for (const entry of env) {
        const equals = entry.indexOf('=', 1);
        if (equals > 0) start.env.set(entry.slice(0, equals), entry.slice(equals + 1));
      }
      clock.restart();
      began = host.performance.now();
      try {
        const outside = new Set(start.env.keys());
        for (const { path, isOptional } of environmentFiles(args.slice(1))) {
          const bytes = system.files.readFile(system.resolve(path));
          if (typeof bytes !== 'number') {
            for (const [key, value] of Object.entries(parseEnvironmentFile(decodeUtf8(bytes))))
              if (!outside.has(key)) start.env.set(key, value);
          } else if (isOptional) write(2, `${path} not found. Continuing without it.\n`);
          else throw new OptionError(`${path}: not found`);
        }
        timeZones.set(start.env.get('TZ'));
        parsed = parseOptions(table, args.slice(1), start.env.get('NODE_OPTIONS'));
        applyEnvironment(parsed.values, start.env);
        const { messages, code } = checkOptions(parsed.values);
        for (const message of messages) write(2, `${args[0] ?? start.path}: ${message}\n`);
        if (code !== 0) exit(code);
        const name = parsed.values['--run'];
        if (typeof name === 'string' && name !== '') {
          const found = findRunScript(
            { read: sourceText, cwd: system.cwd() === '/' ? '' : system.cwd(), path: start.env.get('PATH') ?? '' },
            name,
            parsed.args,
          );
          if ('error' in found) {
            write(2, found.error);
            exit(1);
          } else Object.assign(parsed.values, { '--eval': runScriptProgram(found), '[has_eval_string]': true });
        }
        disablePrototype(parsed.values['--disable-proto'], codedError);
      } catch (error) {
        if (!(error instanceof OptionError)) throw error;
        write(2, `${args[0] ?? start.path}: ${error.message}\n`);
        exit(9);
      }
      clock.optionsParsed();
      compileCacheOf(environment).enableFromEnvironment();
      const { stackTraceLimit } = parsed;
      if (stackTraceLimit !== undefined) Error.stackTraceLimit = stackTraceLimit;
      if (parsed.values['--version'] === true) {
        write(1, `${data.version}\n`);
        exit(0);
      }
      if (isMainThread) startSignals(environment);
      const script = isMainThread ? mainScript(parsed, system.isTerminal(0)) : 'worker_thread';
      clock.environmentReady();
      await loop.call(() => {
        asyncStack.push(MAIN_ASYNC_ID, 0, {});
        setup.realm.runMain(script);
        asyncStack.pop(MAIN_ASYNC_ID);
      });
      // Rejections of the main script come before everything that it started.
      await settle(host);
      clock.loopStarts();
      await spin();
      if (loop.stopped) return;
      clock.loopEnds();
      exitFields[EXITING] = 1;
      const unsettled = exitCode() === 0 ? await unsettledTopLevelAwait(environment) : undefined;
      emit('exit', unsettled === undefined ? exitCode() : UNSETTLED_TOP_LEVEL_AWAIT);
      if (unsettled === undefined) exit(exitCode());
      else {
        if (parsed.values['--warnings'] !== false) write(2, unsettled);
        exit(exitCode() === 0 ? UNSETTLED_TOP_LEVEL_AWAIT : exitCode());
      }
    },
  };
}

/** Modules that nearly every process loads before the first line of the user's. */
const WARM = [
  'internal/process/pre_execution',
  'internal/modules/run_main',
  'internal/console/global',
  'internal/fs/sync_write_stream',
  'vm',
];

/** `--disable-proto` (InitializeContextRuntime in src/api/environment.cc). */
function disablePrototype(mode: unknown, codedError: Environment['codedError']): void {
  if (mode === 'delete') Reflect.deleteProperty(Object.prototype, '__proto__');
  if (mode !== 'throw') return;
  const refuse = (): never => {
    throw codedError('Error', 'ERR_PROTO_ACCESS', 'Accessing Object.prototype.__proto__ has been disallowed with --disable-proto=throw');
  };
  Object.defineProperty(Object.prototype, '__proto__', { get: refuse, set: refuse, enumerable: false, configurable: true });
}

function newProcessShared(host: Host): ProcessShared {
  return {
    threadIds: new Int32Array(new SharedArrayBuffer(4)),
    name: host.crypto.randomUUID(),
    timeOrigin: new Float64Array(new SharedArrayBuffer(16)),
  };
}

/** Once for each process, as ProcessEmitDeprecationWarning in src/node_env_var.cc. */
function warnOfEnvironmentValue(process: Record<string | symbol, unknown>): void {
  if (warned.has(process)) return;
  warned.add(process);
  const text =
    'Assigning any value other than a string, number, or boolean to a process.env property is deprecated. ' +
    'Please make sure to convert the value to a string before setting process.env with it.';
  (process['emitWarning'] as Callable).call(process, text, 'DeprecationWarning', 'DEP0104');
}
const warned = new WeakSet<object>();

/** `StartExecution`: which internal/main script runs. */
function mainScript(parsed: ParsedOptions, inputIsTerminal: boolean): string {
  const { values, args } = parsed;
  const first = args[0];
  if (first === 'inspect') return 'inspect';
  if (values['--help'] === true) return 'print_help';
  if (values['--check'] === true) return 'check_syntax';
  if (values['--test'] === true) return 'test_runner';
  if (values['--watch'] === true && first !== undefined) return 'watch_mode';
  if (values['[has_eval_string]'] === true && values['--interactive'] !== true) return 'eval_string';
  if (first !== undefined && first !== '-') return 'run_main_module';
  return values['--interactive'] === true || inputIsTerminal ? 'repl' : 'eval_stdin';
}

/** Rejections that nothing handles reach Node from the browser's event, which comes after the promise jobs of the macrotask. */
function listenForRejections(taskQueue: ReturnType<typeof createTaskQueue>, loop: Loop): void {
  const scope = globalThis as unknown as EventTarget;
  const waiting: [type: number, promise: unknown, reason: unknown][] = [];
  const handle = (type: number) => (event: Event) => {
    const { promise, reason } = event as PromiseRejectionEvent;
    event.preventDefault();
    rememberRejection(promise, reason);
    waiting.push([type, promise, reason]);
    // All that came together are looked at together, as natively.
    if (waiting.length === 1) loop.urgent(() => waiting.splice(0).forEach((one) => taskQueue.promiseRejected?.apply(undefined, one)));
  };
  scope.addEventListener('unhandledrejection', handle(0));
  scope.addEventListener('rejectionhandled', handle(1));
}

/** Lets the browser deliver what it still has for this thread (rejection events, messages). */
function settle(host: Host): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new host.MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
