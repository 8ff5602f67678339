/** `internalBinding('contextify')` (src/node_contextify.cc): compiling scripts and CommonJS functions; `vm` contexts (loader/vm-context.ts). */
import { NotImplementedError } from '../dump.ts';
import type { Callable, CreateBinding, Environment } from '../environment.ts';
import { offsetOf } from '../loader/edits.ts';
import type { Edits } from '../loader/edits.ts';
import { magicComments } from '../loader/magic-comments.ts';
import { parseScript } from '../loader/parse.ts';
import { loaderRuntime } from '../loader/runtime.ts';
import type { ScriptOrigin } from '../loader/scripts.ts';
import { arrowMessage, offsetInSource, syntaxArrow } from '../loader/syntax-error.ts';
import { needsTransform, withoutHashbang } from '../loader/transform-script.ts';
import { acceptsCodeCache, codeCache } from '../loader/code-cache.ts';
import { CACHED_CODE_TYPES, compileCacheOf } from '../loader/compile-cache.ts';
import { editScript, forContext, lexicalNames, prepareScript, VmContext, vmContextOf } from '../loader/vm-context.ts';
import type { PreparedScript } from '../loader/vm-context.ts';
import { withRoomForFrames } from '../uv-errors.ts';
import { setPrivate, withArrow } from './module_wrap.ts';

const COMMONJS_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'] as const;

/** Only an ES module can say these. */
const ESM_ERRORS = new Set([
  'Cannot use import statement outside a module',
  "Unexpected token 'export'",
  "Cannot use 'import.meta' outside a module",
]);
/** Errors of CommonJS that the same text need not have as a module (node::contextify::throws_only_in_cjs_error_messages). */
const ONLY_IN_COMMONJS = new Set([
  ...['__filename', '__dirname', 'exports', 'module', 'require'].map((name) => `Identifier '${name}' has already been declared`),
  'await is only valid in async functions and the top level bodies of modules',
  'Unexpected reserved word',
]);

/** Errors that an `await` may cause where none is expected (maybe_top_level_await_errors): `call(await 1)`, `if (await 1) {}`. */
const MAYBE_AWAIT = /^(?:missing \) after argument list|Unexpected )/;

interface CompileOptions {
  readonly source: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly lineOffset?: number;
  readonly columnOffset?: number;
  readonly id: symbol;
  readonly context?: object | undefined;
  readonly extensions?: readonly object[];
}

/** Most frames of the engine above a function's compilation. */
const OWN_FRAMES = 10;

const keep = (value: unknown): unknown => value;

export const create: CreateBinding = (environment) => {
  const runtime = loaderRuntime(environment);
  const { scripts, transforms, frames } = runtime;

  /** A sloppy function of the given parameters around the source, on the source's lines. */
  const compile = (options: CompileOptions): Callable => {
    const { source, name, parameters, lineOffset = 0, columnOffset = 0, id, context, extensions = [] } = options;
    const { code, edits } = context === undefined ? transforms.script(source, true) : forContext(source);
    const scopes = extensions.map((_, index) => `with(ª$E[${index}]){`).join('');
    const before = `(function(ª$ldr$,ª$A,ª$k,ª$w,ª$E){${scopes}return function (${parameters.join(',')}) {`;
    const text = `${before}${code}\n}${'}'.repeat(extensions.length)}})`;
    const origin: ScriptOrigin = { name, source, prefix: before.length, edits, lineOffset, columnOffset };
    const make = withRoomForFrames(OWN_FRAMES, () => {
      try {
        return context === undefined ? scripts.evaluate(text, origin) : vmContextOf(context).evaluateExpression(text, origin);
      } catch (error) {
        throw syntaxError(environment, error, text, origin);
      }
    });
    const compiled = (make as Callable)(runtime.importer(id, name), frames, keep, frames.awaited, extensions) as Callable;
    Object.defineProperty(compiled, 'name', { value: '', configurable: true });
    runtime.texts.show(compiled, () => `function (${parameters.join(',')}) {\n${source}\n}`);
    return compiled;
  };

  const compileCommonJS = (source: string, name: string): Callable =>
    compile({ source, name, parameters: COMMONJS_PARAMETERS, id: environment.symbols.vm_dynamic_import_default_internal as symbol });

  /** Whether a source that failed as CommonJS with `message` is an ES module. */
  const isModule = (source: string, message: string): boolean => {
    if (ESM_ERRORS.has(message)) return true;
    return (ONLY_IN_COMMONJS.has(message) || MAYBE_AWAIT.test(message)) && parses(`(async function(){${withoutHashbang(source)}\n})`);
  };

  const version = String(environment.process['version']);
  /** What a script tells of code caches: whether the one that it was given was rejected, and a new one. */
  const cacheProperties = (source: string, given: ArrayBufferView | undefined, produce: boolean): Record<string, unknown> => ({
    ...(given === undefined ? {} : { cachedDataRejected: !acceptsCodeCache(given, source, version) }),
    ...(produce ? { cachedDataProduced: true, cachedData: environment.buffer(codeCache(source, version)) } : {}),
  });

  const compileCache = compileCacheOf(environment);
  const thisContext = new VmContext(environment, globalThis, { isThis: true });
  /** Names that scripts of this context declared with `let`, `const` or `class`: properties of the global object that natively are none. */
  const declaredHere = new Set<string>();

  class ContextifyScript {
    readonly #source: string;
    readonly #name: string;
    readonly #offsets: PreparedScript['offsets'];
    readonly #id: symbol;

    constructor(
      source: string,
      name: string,
      lineOffset: number,
      columnOffset: number,
      cachedData: ArrayBufferView | undefined,
      produceCachedData: boolean,
      _parsingContext: object | undefined,
      id: symbol,
    ) {
      this.#source = source;
      this.#name = name;
      this.#offsets = { lineOffset, columnOffset };
      this.#id = id;
      // All of it is parsed, and nothing runs.
      const before = /^\s*(?:'use strict'|"use strict")/.test(source) ? '"use strict";throw 0;' : 'throw 0;';
      const text = `${before}${withoutHashbang(source)}`;
      try {
        scripts.evaluateApart(text, { name, source, prefix: before.length, lineOffset, columnOffset });
      } catch (error) {
        if (error !== 0)
          throw decorate(environment, syntaxError(environment, error, text, { name, source, prefix: before.length, lineOffset }));
      }
      const properties: Record<string, unknown> = cacheProperties(source, cachedData, produceCachedData);
      const { sourceURL, sourceMapURL } = magicComments(source);
      Object.assign(this, properties, { sourceURL, sourceMapURL });
      setPrivate(environment, this, 'host_defined_option_symbol', id);
    }

    createCachedData(): Uint8Array {
      return environment.buffer(codeCache(this.#source, version));
    }

    runInContext(
      contextified: object | null,
      _timeout: number,
      displayErrors: boolean,
      _breakOnSigint: boolean,
      _breakOnFirstLine: boolean,
    ): unknown {
      const importer = runtime.importer(this.#id, this.#name);
      try {
        if (contextified === null) return this.#runHere(importer);
        return vmContextOf(contextified).run(prepareScript(this.#source, this.#offsets), importer, this.#name, this.#source);
      } catch (error) {
        if (displayErrors) this.#decorate(error);
        throw error;
      }
    }

    /** As natively, the line that threw goes on top of the stack: known here when the innermost frame is in this script. */
    #decorate(error: unknown): void {
      if (!(error instanceof Error)) return;
      const evaluated = runtime.evaluated.arrow(error);
      if (evaluated !== undefined) {
        setPrivate(environment, error, 'arrow_message_private_symbol', evaluated);
        decorate(environment, error);
        return;
      }
      const [frame = ''] = /^ {4}at .*/m.exec(error.stack ?? '') ?? [];
      const [, file, line, column] = /^ {4}at (?:async )?(?:.*? \()?(.*?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
      if (file !== this.#name || line === undefined || column === undefined) return;
      const { lineOffset, columnOffset } = this.#offsets;
      const own = { line: Number(line) - lineOffset, column: Number(column) - (Number(line) - lineOffset === 1 ? columnOffset : 0) };
      const offset = offsetOf(this.#source, own);
      const start = offset - own.column + 1;
      const thrown = this.#source.slice(start, offset).lastIndexOf('throw ');
      setPrivate(
        environment,
        error,
        'arrow_message_private_symbol',
        arrowMessage(file, this.#source, thrown < 0 ? offset : start + thrown, 1, lineOffset),
      );
      decorate(environment, error);
    }

    #runHere(importer: unknown): unknown {
      const source = this.#source;
      const origin = { name: this.#name, source, prefix: 0, ...this.#offsets };
      if (needsTransform(source)) return thisContext.run(prepareScript(source, this.#offsets), importer, this.#name, source);
      // Most scripts run as they are.
      if (!/\b(?:let|const|class)\b/.test(source) || lexicalNames(parseScript(source, false)).length === 0)
        return scripts.evaluate(withoutHashbang(source), origin);
      const program = parseScript(source, false);
      const again = lexicalNames(program).find((name) => declaredHere.has(name));
      if (again !== undefined) throw new SyntaxError(`Identifier '${again}' has already been declared`);
      const kept = new Set(lexicalNames(program).filter((name) => name in globalThis && !declaredHere.has(name)));
      for (const name of lexicalNames(program)) if (!kept.has(name)) declaredHere.add(name);
      const edits = (): Edits => editScript(source, parseScript(source, false), (name) => !kept.has(name));
      return scripts.evaluate(edits().apply(source), { ...origin, edits });
    }
  }
  for (const key of ['createCachedData', 'runInContext']) Object.defineProperty(ContextifyScript.prototype, key, { enumerable: true });

  return {
    ContextifyScript,
    makeContext: (
      sandbox: object | symbol,
      _name: string,
      _origin: string | undefined,
      strings: boolean,
      _wasm: boolean,
      _microtaskQueue: boolean,
      id: symbol,
    ) => {
      const isVanilla = typeof sandbox === 'symbol';
      const target = isVanilla ? {} : sandbox;
      const context = new VmContext(environment, target, { canEvaluate: strings });
      setPrivate(environment, target, 'contextify_context_private_symbol', context);
      setPrivate(environment, target, 'host_defined_option_symbol', id);
      return target;
    },
    compileFunction: (
      source: string,
      name: string,
      lineOffset: number,
      columnOffset: number,
      cachedData: ArrayBufferView | undefined,
      produceCachedData: boolean,
      context: object | undefined,
      extensions: object[] | undefined,
      parameters: string[] | undefined,
      id: symbol,
    ) => {
      const compiled = compile({
        source,
        name,
        parameters: parameters ?? [],
        lineOffset,
        columnOffset,
        id,
        context,
        extensions: extensions ?? [],
      });
      setPrivate(environment, compiled, 'host_defined_option_symbol', id);
      const { sourceURL, sourceMapURL } = magicComments(source);
      return {
        function: compiled,
        sourceMapURL,
        sourceURL,
        ...cacheProperties(source, cachedData, produceCachedData),
      };
    },
    compileFunctionForCJSLoader: (source: string, name: string, _isSeaMain: boolean, shouldDetectModule: boolean) => {
      let compiled: Callable | undefined;
      let canParseAsESM = false;
      const cached = compileCache.entry(source, name, CACHED_CODE_TYPES.kCommonJS);
      try {
        compiled = compileCommonJS(source, name);
        compileCache.compiled(cached);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        canParseAsESM = isModule(source, error.message);
        if (!canParseAsESM || !shouldDetectModule) {
          if (canParseAsESM) warnOfModule(environment, name);
          throw decorate(environment, error);
        }
      }
      const { sourceURL, sourceMapURL } = magicComments(source);
      return Object.assign(Object.create(null) as object, {
        cachedDataRejected: false,
        sourceMapURL,
        sourceURL,
        function: compiled,
        canParseAsESM,
      });
    },
    containsModuleSyntax: (source: string, name: string, _resource?: string, withoutVariables?: unknown) => {
      const text =
        withoutVariables === undefined
          ? `(function(${COMMONJS_PARAMETERS.join(',')}){${withoutHashbang(source)}\n})`
          : `(function(){${withoutHashbang(source)}\n})`;
      try {
        globalThis.eval(text);
        return false;
      } catch (error) {
        void name;
        return error instanceof SyntaxError && isModule(source, error.message);
      }
    },
    // Nothing can interrupt running JavaScript in a page: `breakOnSigint` does nothing, and a SIGINT that no handler waits for ends the process.
    startSigintWatchdog: () => true,
    stopSigintWatchdog: () => false,
    watchdogHasPendingSigint: () => false,
    measureMemory: () => {
      throw new NotImplementedError('vm.measureMemory()');
    },
    constants: { measureMemory: { mode: { SUMMARY: 0, DETAILED: 1 }, execution: { DEFAULT: 0, EAGER: 1 } } },
  };
};

function parses(text: string): boolean {
  try {
    globalThis.eval(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** V8's error for wrapped source, as it would be for the source alone. */
function syntaxError(environment: Environment, error: unknown, text: string, origin: ScriptOrigin): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const place = loaderRuntime(environment).locate(error, text);
  if (place === undefined) return error;
  const { source, edits, name, prefix, lineOffset = 0 } = origin;
  let offset = offsetInSource(text, place, 0) - prefix;
  if (edits !== undefined) offset = edits().originalOffset(offset);
  // Behind the brace that ends the function: the text has closed it before.
  const closed = error.message === "Unexpected token '}'" && offset > source.length + 1 ? closingBrace(source) : undefined;
  if (closed !== undefined) return withArrow(environment, error, arrowMessage(name, source, closed, 1, lineOffset));
  if (offset >= source.length && !error.message.startsWith('Numeric separators')) {
    const end = new SyntaxError('Unexpected end of input');
    return withArrow(environment, end, arrowMessage(name, source, source.length, 0, lineOffset));
  }
  return withArrow(environment, error, syntaxArrow(name, source, Math.max(0, offset), error.message, lineOffset));
}

/** Offset of the brace that a function's body has too many. */
function closingBrace(source: string): number | undefined {
  try {
    parseScript(source, true);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError) || !('pos' in error)) throw error;
    const offset = Number(error.pos);
    return source[offset] === '}' ? offset : undefined;
  }
}

/** node::errors::DecorateErrorStack: the arrow message goes on top of the stack. */
function decorate(environment: Environment, error: unknown): unknown {
  const { arrow_message_private_symbol: arrowSymbol, decorated_private_symbol: decorated } = environment.privateSymbols;
  if (!(error instanceof Error) || arrowSymbol === undefined || decorated === undefined) return error;
  const values = error as unknown as Record<symbol, unknown>;
  const arrow = values[arrowSymbol];
  if (typeof arrow !== 'string' || values[decorated] === true) return error;
  error.stack = `${arrow}\n${error.stack ?? ''}`;
  setPrivate(environment, error, 'decorated_private_symbol', true);
  return error;
}

function warnOfModule(environment: Environment, name: string): void {
  // At once: the error that follows ends the process before its next tick.
  const { emitWarningSync } = environment.requireBuiltin('internal/process/warning') as { emitWarningSync: Callable };
  emitWarningSync.call(
    environment.process,
    `Failed to load the ES module: ${name}. Make sure to set "type": "module" in the nearest package.json file or use the .mjs extension.`,
  );
}
