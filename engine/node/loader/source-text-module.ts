/** Modules with code (ECMA-262, 16.2.1.7 Source Text Module Records): their names, their imports, how their code is run. module-graph.ts links and evaluates them. */
import type { AsyncFrames } from './async-context.ts';
import {
  deadZone,
  LinkError,
  MODULE_SOURCE,
  ModuleRecord,
  NAMESPACE,
  readBinding,
  SourceMissing,
  type ExportCell,
  type ResolvedBinding,
  type ResolveSet,
} from './module-record.ts';
import type { Importer } from './runtime.ts';
import { EVALUATION, SOURCE, type ImportEntry, type IndirectExport, type ModuleCode } from './transform-module.ts';

/** A promise and its ends. */
export interface Capability {
  readonly promise: Promise<undefined>;
  readonly resolve: (value: undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** State shared by all records of one thread: the order in which asynchronous modules began. */
export interface ModuleClock {
  next: number;
}

/** What a module's code gets from the host. */
export interface ModuleHost {
  readonly frames: AsyncFrames;
  /** Compiles the function expression of `ModuleCode.code` under the module's URL. */
  readonly compile: (module: SourceTextModuleRecord, code: ModuleCode) => CompiledModule;
  /** The author's text. */
  readonly source: (module: SourceTextModuleRecord) => string;
  /** The same module as a generator, for cycles. */
  readonly cyclicCode: (module: SourceTextModuleRecord) => ModuleCode;
  readonly importer: (module: SourceTextModuleRecord) => Importer;
  readonly importMeta: (module: SourceTextModuleRecord) => object;
  readonly clock: ModuleClock;
}

export type CompiledModule = (this: undefined, ...parameters: unknown[]) => unknown;

interface Linked {
  readonly imports: readonly ResolvedBinding[];
}

const keep = (value: unknown): unknown => value;

export class SourceTextModuleRecord extends ModuleRecord {
  readonly code: ModuleCode;
  readonly host: ModuleHost;
  readonly #indices: ReadonlyMap<string, number>;
  /** Modules of `code.requests`, once known. */
  requested: readonly ModuleRecord[] | undefined;

  // [[DFSIndex]] … of cyclic module records.
  dfsIndex = 0;
  dfsAncestorIndex = 0;
  cycleRoot: SourceTextModuleRecord | undefined;
  asyncOrder = 0;
  pendingAsyncDependencies = 0;
  asyncParents: SourceTextModuleRecord[] = [];
  capability: Capability | undefined;
  #linked: Linked | undefined;
  #compiled: CompiledModule;
  #generator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  #graphIsAsync: boolean | undefined;
  #importsObject: object | undefined;
  #meta: object | undefined;

  constructor(url: string, code: ModuleCode, host: ModuleHost) {
    super(url);
    this.code = code;
    this.host = host;
    this.#indices = new Map(code.exports.map(({ name }, index) => [name, index]));
    this.cells = code.exports.map(({ name }) => ({
      name,
      get: () => {
        throw deadZone(name);
      },
      listeners: undefined,
    }));
    // A syntax error that only V8 sees is thrown here.
    this.#compiled = host.compile(this, code);
  }

  // -- names ----------------------------------------------------------------------------------------

  request(index: number): ModuleRecord {
    const module = this.requested?.[index];
    if (module === undefined) throw new Error(`request for '${this.code.requests[index]?.specifier}' is not yet fulfilled`);
    return module;
  }

  getExportedNames(seen = new Set<ModuleRecord>()): string[] {
    if (seen.has(this)) return [];
    seen.add(this);
    const names = new Set([...this.code.exports, ...this.code.indirect].map(({ name }) => name));
    for (const star of this.code.stars) {
      for (const name of this.request(star).getExportedNames(seen)) if (name !== 'default') names.add(name);
    }
    return [...names];
  }

  resolveExport(name: string, seen: ResolveSet = []): ResolvedBinding | null | 'ambiguous' {
    if (seen.some((entry) => entry.module === this && entry.name === name)) return null;
    seen.push({ module: this, name });
    const cell = this.#indices.get(name);
    if (cell !== undefined) return { module: this, cell };
    const indirect = this.code.indirect.find((entry) => entry.name === name);
    if (indirect !== undefined) {
      const module = this.request(indirect.request);
      if (this.code.requests[indirect.request]?.phase === SOURCE) return { module, cell: MODULE_SOURCE };
      return indirect.imported === null ? { module, cell: NAMESPACE } : module.resolveExport(indirect.imported, seen);
    }
    if (name === 'default') return null;
    let found: ResolvedBinding | null = null;
    for (const star of this.code.stars) {
      const binding = this.request(star).resolveExport(name, seen);
      if (binding === 'ambiguous') return binding;
      if (binding === null) continue;
      if (found === null) found = binding;
      else if (found.module !== binding.module || found.cell !== binding.cell) return 'ambiguous';
    }
    return found;
  }

  // -- linking ---------------------------------------------------------------------------------------

  /** InitializeEnvironment: resolves imports, and in a cycle hoists functions. */
  initializeEnvironment(): void {
    const { imports, indirect } = this.code;
    const resolved = imports.map((entry) => {
      const module = this.request(entry.request);
      if (this.code.requests[entry.request]?.phase === SOURCE) {
        if (module.sourceObject === undefined) throw new SourceMissing(module.url);
        return { module, cell: MODULE_SOURCE };
      }
      return entry.name === null ? { module, cell: NAMESPACE } : this.#resolve(module, entry, entry.name);
    });
    for (const entry of indirect) if (entry.imported !== null) this.#resolve(this.request(entry.request), entry, entry.imported);
    this.#linked = { imports: resolved };
  }

  #resolve(module: ModuleRecord, entry: ImportEntry | IndirectExport, name: string): ResolvedBinding {
    const binding = module.resolveExport(name);
    if (binding !== null && binding !== 'ambiguous') return binding;
    const specifier = this.code.requests[entry.request]?.specifier ?? '';
    if (binding === null)
      throw new LinkError(`The requested module '${specifier}' does not provide an export named '${name}'`, this, entry);
    throw new LinkError(`The requested module '${specifier}' contains conflicting star exports for name '${name}'`, this, entry);
  }

  /** In a cycle: functions exist before evaluation. */
  hoist(): void {
    this.#compiled = this.host.compile(this, this.host.cyclicCode(this));
    this.#generator = this.#call() as Iterator<unknown> | AsyncIterator<unknown>;
    void this.#generator.next();
  }

  #call(): unknown {
    const { frames } = this.host;
    const imports = this.#linked?.imports ?? [];
    const importsObject = this.code.imports.length === 0 ? undefined : (this.#importsObject ??= this.#makeImportsObject(imports));
    const setExports = (getters: readonly (() => unknown)[]): void => {
      getters.forEach((get, index) => {
        (this.cells[index] as ExportCell).get = get;
      });
      if (this.code.unnamedFunction !== -1) {
        Object.defineProperty(getters[this.code.unnamedFunction]?.() as object, 'name', { value: 'default', configurable: true });
      }
    };
    const readImport = (index: number): unknown => readBinding(imports[index] as ResolvedBinding, this.code.imports[index]?.local ?? '');
    const onImport = (update: (index: number, value: unknown) => void): void => {
      imports.forEach(({ module, cell }, index) => {
        if (cell < 0 || !mayChange(module, cell)) return;
        const target = module.cells[cell] as ExportCell;
        (target.listeners ??= []).push((value) => update(index, value));
      });
    };
    const meta = Object.defineProperty({}, 'data', { get: () => (this.#meta ??= this.host.importMeta(this)) });
    const push = (cell: number): void => this.assign(cell);
    return this.#compiled.call(
      undefined,
      frames,
      keep,
      frames.awaited,
      this.host.importer(this),
      meta,
      setExports,
      readImport,
      onImport,
      push,
      importsObject,
      importsObject,
    );
  }

  #makeImportsObject(imports: readonly ResolvedBinding[]): object {
    const object = Object.create(null) as object;
    this.code.imports.forEach(({ local }, index) => {
      const binding = imports[index] as ResolvedBinding;
      Object.defineProperty(object, local, {
        get: () => readBinding(binding, local),
        set: () => {
          throw new TypeError('Assignment to constant variable.');
        },
      });
    });
    return object;
  }

  // -- evaluation ---------------------------------------------------------------------------------------

  /** Whether this module or one it needs has top-level await. Linked modules only. */
  get graphIsAsync(): boolean {
    return (this.#graphIsAsync ??= hasAsyncModule(this, new Set()));
  }

  /** Runs the module's code. A promise when it has top-level await. */
  execute(): unknown {
    // CommonJS in between can hide a cycle: a module that is needed here has begun and not ended.
    if (
      this.#generator === undefined &&
      this.#linked?.imports.some(({ module }) => module instanceof SourceTextModuleRecord && module.status !== 'evaluated')
    )
      this.hoist();
    const generator = this.#generator;
    if (generator === undefined) return this.#call();
    this.#generator = undefined;
    return generator.next();
  }
}

/** Whether an export can change after its module has run. */
function mayChange(module: ModuleRecord, cell: number): boolean {
  return !(module instanceof SourceTextModuleRecord) || module.code.exports[cell]?.assigned === true;
}

function hasAsyncModule(module: ModuleRecord, seen: Set<ModuleRecord>): boolean {
  if (seen.has(module) || !(module instanceof SourceTextModuleRecord)) return false;
  seen.add(module);
  const { code, requested = [] } = module;
  return code.async || requested.some((each, index) => code.requests[index]?.phase === EVALUATION && hasAsyncModule(each, seen));
}
