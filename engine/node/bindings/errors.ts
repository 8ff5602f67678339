/** `internalBinding('errors')` (src/node_errors.cc): stack traces and what nothing caught. */
import type { Callable, CreateBinding, Environment, ThrownPlace } from '../environment.ts';
import type { V8CallSite } from '../loader/call-site.ts';

export interface ErrorCallbacks {
  prepareStackTrace: Callable | undefined;
  enhanceBefore: Callable | undefined;
  enhanceAfter: Callable | undefined;
  maybeCacheSourceMap: Callable | undefined;
  sourceMapsEnabled: boolean;
  /** Errors whose stack was read. */
  readonly formatted: WeakSet<object>;
}

export function createErrorCallbacks(): ErrorCallbacks {
  return {
    prepareStackTrace: undefined,
    enhanceBefore: undefined,
    enhanceAfter: undefined,
    maybeCacheSourceMap: undefined,
    sourceMapsEnabled: false,
    formatted: new WeakSet(),
  };
}

function noSideEffectsToString(value: unknown): string {
  try {
    if (typeof value === 'symbol') return value.toString();
    if (typeof value === 'function') return Function.prototype.toString.call(value);
    if (typeof value !== 'object' || value === null) return String(value);
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    const constructor: unknown = (value as { constructor?: unknown }).constructor;
    return `#<${typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'Object'}>`;
  } catch {
    return '[object Object]';
  }
}

/** Where an error (or what `captureStackTrace` was given) was made; its stack must not have been read yet. */
function sourcePosition(environment: Environment, error: object) {
  const { overrideStackTrace } = environment.requireBuiltin('internal/errors') as { overrideStackTrace: WeakMap<object, Callable> };
  let first: V8CallSite | undefined;
  overrideStackTrace.set(error, (_error, sites) => {
    [first] = sites as V8CallSite[];
    return '';
  });
  void (error as { stack?: unknown }).stack;
  const file = first?.getScriptNameOrSourceURL() ?? '';
  const lineNumber = first?.getLineNumber() ?? 1;
  return {
    sourceLine: environment.sourceText(file)?.split('\n')[lineNumber - 1] ?? '',
    scriptResourceName: file,
    lineNumber,
    startColumn: (first?.getColumnNumber() ?? 1) - 1,
  };
}

/** V8 takes the place of an error from its frames, which are gone once somebody has read its stack; of other values, from who reports them. */
function hasOwnPlace(callbacks: ErrorCallbacks, error: unknown): boolean {
  return typeof error === 'object' && error !== null && Error.isError(error) && !callbacks.formatted.has(error);
}

function callerPlace(environment: Environment): ThrownPlace {
  const { scriptResourceName, lineNumber, startColumn } = sourcePosition(environment, new Error());
  return { file: scriptResourceName, line: lineNumber, column: startColumn + 1 };
}

export const createErrorsBinding =
  (callbacks: ErrorCallbacks): CreateBinding =>
  (environment: Environment) => ({
    setPrepareStackTraceCallback: (callback: Callable) => {
      callbacks.prepareStackTrace = callback;
    },
    setGetSourceMapErrorSource: () => undefined,
    setSourceMapsEnabled: (enabled: boolean) => {
      callbacks.sourceMapsEnabled = enabled;
    },
    setMaybeCacheGeneratedSourceMap: (callback: Callable) => {
      callbacks.maybeCacheSourceMap = callback;
    },
    setEnhanceStackForFatalException: (before: Callable, after: Callable) => {
      callbacks.enhanceBefore = before;
      callbacks.enhanceAfter = after;
    },
    noSideEffectsToString,
    getErrorSourcePositions: (error: object) => sourcePosition(environment, error),
    triggerUncaughtException: (error: unknown, fromPromise: boolean) =>
      environment.triggerUncaughtException(error, fromPromise, hasOwnPlace(callbacks, error) ? 'made' : callerPlace(environment)),
  });
