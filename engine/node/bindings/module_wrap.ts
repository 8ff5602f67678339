/** `internalBinding('module_wrap')` (src/module_wrap.cc): ES modules as objects, on our own module records. */
import type { Callable, CreateBinding, Environment } from '../environment.ts';
import { acceptsCodeCache, codeCache } from '../loader/code-cache.ts';
import { CACHED_CODE_TYPES, compileCacheOf } from '../loader/compile-cache.ts';
import { moduleOfWrap, registerWrap, wrapOf } from '../loader/module-owners.ts';
import type { WrappedModule } from '../loader/module-owners.ts';
import { evaluateModule, linkModule } from '../loader/module-graph.ts';
import { evaluateSynthetic, LinkError, SourceMissing, SyntheticModuleRecord, type ModuleRecord } from '../loader/module-record.ts';
import { SourceTextModuleRecord, type CompiledModule, type ModuleHost } from '../loader/source-text-module.ts';
import type { ParseFailure } from '../loader/parse.ts';
import { loaderRuntime } from '../loader/runtime.ts';
import type { ImportModuleDynamically, Importer } from '../loader/runtime.ts';
import { arrowMessage, errorLength, moduleSyntaxError, offsetInSource } from '../loader/syntax-error.ts';
import { transformModule } from '../loader/transform-module.ts';
import type { ModuleCode } from '../loader/transform-module.ts';
import { vmContextOf } from '../loader/vm-context.ts';

const UNINSTANTIATED = 0;
const INSTANTIATING = 1;
const INSTANTIATED = 2;
const EVALUATING = 3;
const EVALUATED = 4;
const ERRORED = 5;
const SOURCE_PHASE = 1;
const EVALUATION_PHASE = 2;

export const create: CreateBinding = (environment) => {
  const runtime = loaderRuntime(environment);
  const compileCache = compileCacheOf(environment);
  let initializeImportMeta: ((id: symbol, meta: object, wrap: object) => void) | undefined;

  const unwrap = (wrap: unknown): WrappedModule => {
    const found = moduleOfWrap(wrap as object);
    if (found === undefined) throw new TypeError('Illegal invocation');
    return found;
  };
  const wrappedOf = (record: ModuleRecord): WrappedModule => unwrap(wrapOf(record));

  const host: ModuleHost = {
    frames: runtime.frames,
    clock: { next: 1 },
    importer: (record) => {
      // Modules of ours that import nothing have no wrap.
      const importer = (): Importer => runtime.importer(wrappedOf(record).id, record.url);
      return Object.assign((specifier: unknown, options?: unknown) => importer()(specifier, options), {
        source: (specifier: unknown, options?: unknown) => importer().source(specifier, options),
      });
    },
    importMeta: (record) => {
      const meta = Object.create(null) as object;
      initializeImportMeta?.(wrappedOf(record).id, meta, wrapOf(record) as object);
      return meta;
    },
    source: (record) => sources.get(record) ?? '',
    cyclicCode: (record) => runtime.transforms.module(sources.get(record) ?? '', true),
    compile: (record, code) =>
      compile(environment, record.url, sources.get(record) ?? pendingSource, code, contexts.get(record) ?? pendingContext),
  };
  const sources = new WeakMap<ModuleRecord, string>();
  const contexts = new WeakMap<ModuleRecord, object>();
  // A record compiles itself while it is made, before it can be looked up.
  let pendingSource = '';
  let pendingContext: object | undefined;

  const makeRecord = (url: string, source: string, context: object | undefined): SourceTextModuleRecord => {
    let code: ModuleCode;
    try {
      code = runtime.transforms.module(source, false);
    } catch (failure) {
      if (!(failure instanceof SyntaxError) || !('pos' in failure)) throw failure;
      const { message, offset, length } = moduleSyntaxError(source, failure as ParseFailure, runtime.locate);
      throw withArrow(environment, new SyntaxError(message), arrowMessage(url, source, offset, length));
    }
    pendingSource = source;
    pendingContext = context;
    try {
      const record = new SourceTextModuleRecord(url, code, host);
      sources.set(record, source);
      if (context !== undefined) contexts.set(record, context);
      return record;
    } finally {
      pendingSource = '';
      pendingContext = undefined;
    }
  };

  const sourceNotDefined = (message: string): Error => environment.codedError('SyntaxError', 'ERR_SOURCE_PHASE_NOT_DEFINED', message);
  const version = String(environment.process['version']);

  class ModuleWrap {
    /** (url, context, source, lineOffset, columnOffset, idSymbol | cachedData) or (url, context, exportNames, evaluationSteps, cjsModule). */
    constructor(
      url: string,
      context: object | undefined,
      sourceOrNames: string | string[],
      third?: unknown,
      fourth?: unknown,
      fifth?: unknown,
    ) {
      const wrap = this as ModuleWrap & Record<string, unknown>;
      const isSynthetic = Array.isArray(sourceOrNames);
      const id = typeof fifth === 'symbol' ? fifth : Symbol(url);
      if (!isSynthetic && ArrayBuffer.isView(fifth) && !acceptsCodeCache(fifth, sourceOrNames, version))
        throw environment.codedError('Error', 'ERR_VM_MODULE_CACHED_DATA_REJECTED', 'cachedData buffer was rejected');
      // Modules of the default loader only, as natively.
      const isLoaded = !isSynthetic && id === environment.symbols['source_text_module_default_hdo'];
      const cached = isLoaded ? compileCache.entry(sourceOrNames, url, CACHED_CODE_TYPES.kESM) : undefined;
      const record = isSynthetic
        ? new SyntheticModuleRecord(url, sourceOrNames, () => void (third as Callable).call(this))
        : makeRecord(url, sourceOrNames, context);
      compileCache.compiled(cached);
      registerWrap(this, { record, id, source: isSynthetic ? '' : sourceOrNames });
      const property = (name: string, value: unknown): void =>
        void Object.defineProperty(wrap, name, { value, writable: true, enumerable: true, configurable: true });
      Object.defineProperty(wrap, 'hasAsyncGraph', { get: () => hasAsyncGraph(environment, record), enumerable: true, configurable: true });
      if (record instanceof SourceTextModuleRecord) {
        property('hasTopLevelAwait', record.code.async);
        property('sourceURL', record.code.sourceURL);
        property('sourceMapURL', record.code.sourceMapURL);
      }
      property('synthetic', isSynthetic);
      property('url', url);
      setPrivate(environment, wrap, 'host_defined_option_symbol', id);
      const { imported_cjs_symbol: importedCommonJS } = environment.symbols;
      if (isSynthetic && fourth !== undefined && importedCommonJS !== undefined) environment.hidden(wrap, importedCommonJS, fourth);
    }

    link(modules: ArrayLike<object>): void {
      const own = unwrap(this);
      if (own.record instanceof SourceTextModuleRecord) {
        const expected = own.record.code.requests.length;
        if (modules.length !== expected)
          throw environment.codedError('Error', 'ERR_VM_MODULE_LINK_FAILURE', `Expected ${expected} modules, got ${modules.length}`);
        const linked = Array.from(modules, (module) => unwrap(module).record);
        requireSame(environment, own.record, linked);
        own.record.requested = linked;
      }
    }

    getModuleRequests(): object[] {
      const { record } = unwrap(this);
      if (!(record instanceof SourceTextModuleRecord)) return [];
      return record.code.requests.map(({ specifier, attributes, phase }) => {
        const bag = Object.freeze(Object.assign(Object.create(null) as object, Object.fromEntries(attributes)));
        return Object.freeze(Object.assign(Object.create(null) as object, { specifier, attributes: bag, phase }));
      });
    }

    instantiate(): void {
      const { record } = unwrap(this);
      if (!(record instanceof SourceTextModuleRecord)) {
        if (record.status === 'new') record.status = 'linked';
        return;
      }
      requireLinked(environment, record, new Set());
      try {
        linkModule(record);
      } catch (error) {
        if (error instanceof SourceMissing) throw sourceNotDefined(error.message);
        if (!(error instanceof LinkError)) throw error;
        const plain = new SyntaxError(error.message);
        throw withArrow(environment, plain, arrowMessage(error.module.url, wrappedOf(error.module).source, error.offset, error.length));
      }
    }

    evaluate(_timeout: number, _breakOnSigint: boolean): Promise<unknown> {
      const { record } = unwrap(this);
      if (record instanceof SourceTextModuleRecord) {
        const promise = evaluateModule(record);
        failures.set(promise, record);
        return promise;
      }
      try {
        evaluateSynthetic(record as SyntheticModuleRecord);
        return Promise.resolve(undefined);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    }

    evaluateSync(): object {
      const { record } = unwrap(this);
      if (!(record instanceof SourceTextModuleRecord)) evaluateSynthetic(record as SyntheticModuleRecord);
      else {
        if (record.graphIsAsync)
          throw environment.codedError(
            'Error',
            'ERR_REQUIRE_ASYNC_MODULE',
            `require() cannot be used on an ESM graph with top-level await. Use import() instead. (${record.url})`,
          );
        silence(evaluateModule(record));
        if (record.failure !== undefined) throw record.failure.error;
      }
      return record.namespace;
    }

    getNamespace(): object {
      const { record } = unwrap(this);
      if (record.status === 'new' || record.status === 'linking')
        throw environment.codedError('Error', 'ERR_MODULE_NOT_INSTANTIATED', 'Module is not instantiated');
      return record.namespace;
    }

    getStatus(): number {
      const { record } = unwrap(this);
      if (record.failure !== undefined) return ERRORED;
      switch (record.status) {
        case 'new':
          return UNINSTANTIATED;
        case 'linking':
          return INSTANTIATING;
        case 'linked':
          return INSTANTIATED;
        case 'evaluating':
          return EVALUATING;
        default:
          return EVALUATED;
      }
    }

    getError(): unknown {
      return unwrap(this).record.failure?.error;
    }

    setExport(name: string, value: unknown): void {
      const { record } = unwrap(this);
      if (!(record instanceof SyntheticModuleRecord)) throw new TypeError('setExport is for synthetic modules');
      if (!record.setExport(name, value)) throw new ReferenceError(`Export '${name}' is not defined in module`);
    }

    setModuleSourceObject(source: object): void {
      unwrap(this).record.sourceObject = source;
    }

    getModuleSourceObject(): object {
      const { record } = unwrap(this);
      if (record.sourceObject !== undefined) return record.sourceObject;
      throw sourceNotDefined(new SourceMissing(record.url).message);
    }

    createCachedData(): Uint8Array {
      return environment.buffer(codeCache(unwrap(this).source, version));
    }
  }
  for (const key of Object.getOwnPropertyNames(ModuleWrap.prototype)) {
    if (key !== 'constructor') Object.defineProperty(ModuleWrap.prototype, key, { enumerable: true });
  }

  const FACADE = "export * from 'original'; export { default } from 'original'; export const __esModule = true;";
  return {
    ModuleWrap,
    kUninstantiated: UNINSTANTIATED,
    kInstantiating: INSTANTIATING,
    kInstantiated: INSTANTIATED,
    kEvaluating: EVALUATING,
    kEvaluated: EVALUATED,
    kErrored: ERRORED,
    kSourcePhase: SOURCE_PHASE,
    kEvaluationPhase: EVALUATION_PHASE,
    setImportModuleDynamicallyCallback: (callback: ImportModuleDynamically) => runtime.setImportCallback(callback),
    setInitializeImportMetaObjectCallback: (callback: typeof initializeImportMeta) => {
      initializeImportMeta = callback;
    },
    createRequiredModuleFacade: (wrap: object) => {
      const record = makeRecord('node:internal/require_module_default_facade', FACADE, undefined);
      record.requested = [unwrap(wrap).record];
      linkModule(record);
      silence(evaluateModule(record));
      return record.namespace;
    },
    throwIfPromiseRejected: (promise: unknown) => {
      const record = failures.get(promise as object);
      if (record?.failure !== undefined) throw record.failure.error;
    },
  };
};

/** Records by the promise of their evaluation: the language does not tell whether a promise is rejected. */
const failures = new WeakMap<object, ModuleRecord>();

const nativeThen = Promise.prototype.then;
const silence = (promise: Promise<unknown>): void => void Reflect.apply(nativeThen, promise, [undefined, () => undefined]);

function hasAsyncGraph(environment: Environment, record: ModuleRecord): boolean {
  if (record.status === 'new' || record.status === 'linking')
    throw environment.codedError('Error', 'ERR_MODULE_NOT_INSTANTIATED', 'Module is not instantiated');
  return record instanceof SourceTextModuleRecord && record.graphIsAsync;
}

/** @throws where a module of the graph has not been told what its requests stand for */
function requireLinked(environment: Environment, record: ModuleRecord, seen: Set<ModuleRecord>): void {
  if (seen.has(record) || !(record instanceof SourceTextModuleRecord)) return;
  seen.add(record);
  const { requested } = record;
  if (requested === undefined) {
    const [first] = record.code.requests;
    const message =
      first === undefined || seen.size === 1
        ? 'module is not linked'
        : `request for '${first.specifier}' can not be resolved on module '${record.url}' that is not linked`;
    throw environment.codedError('Error', 'ERR_VM_MODULE_LINK_FAILURE', message);
  }
  record.code.requests.forEach(({ phase }, index) => {
    const module = requested[index];
    if (phase === EVALUATION_PHASE && module !== undefined) requireLinked(environment, module, seen);
  });
}

/** @throws where requests for the same module, in whatever phase, are linked to several */
function requireSame(environment: Environment, record: SourceTextModuleRecord, linked: readonly ModuleRecord[]): void {
  const known = new Map<string, number>();
  record.code.requests.forEach(({ specifier, attributes }, index) => {
    const key = JSON.stringify([specifier, attributes]);
    const first = known.get(key) ?? index;
    known.set(key, first);
    if (linked[first] === linked[index]) return;
    const message = `Module request '${specifier}' at index ${index} must be linked to the same module requested at index ${first}`;
    throw environment.codedError('Error', 'ERR_MODULE_LINK_MISMATCH', message);
  });
}

function compile(environment: Environment, url: string, source: string, code: ModuleCode, context: object | undefined): CompiledModule {
  const { scripts, locate } = loaderRuntime(environment);
  const { prefix } = code;
  const origin = { name: url, source, prefix, edits: () => transformModule(source, code.cyclic).edits };
  const scope = context === undefined ? undefined : vmContextOf(context);
  try {
    return (scope === undefined ? scripts.evaluate(code.code, origin) : scope.evaluateExpression(code.code, origin)) as CompiledModule;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const text = code.code;
    const place = locate(error, text);
    if (place === undefined) throw error;
    const { edits } = transformModule(source, code.cyclic);
    const offset = Math.min(source.length, edits.originalOffset(offsetInSource(text, place, 0) - prefix));
    throw withArrow(environment, error, arrowMessage(url, source, offset, errorLength(error.message, source, offset)));
  }
}

/** Sets a property under one of V8's private symbols. */
export function setPrivate(environment: Environment, target: object, name: string, value: unknown): void {
  const symbol = environment.privateSymbols[name];
  if (symbol === undefined) throw new Error(`There is no private symbol ${name}`);
  if (symbol in target) (target as Record<symbol, unknown>)[symbol] = value;
  else environment.hidden(target, symbol, value);
}

export function withArrow(environment: Environment, error: Error, arrow: string): Error {
  setPrivate(environment, error, 'arrow_message_private_symbol', arrow);
  return error;
}
