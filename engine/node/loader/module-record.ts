/**
 * Module records and their algorithms: resolution of names, linking and evaluation with strongly connected components and top-level await
 * (ECMA-262, 16.2.1.5 Abstract Module Records and 16.2.1.6 Cyclic Module Records). Names of methods are the specification's.
 */
import type { AsyncFrames } from './async-context.ts';
import { createNamespace } from './module-namespace.ts';
import type { ImportEntry, IndirectExport, ModuleCode } from './transform-module.ts';

export type ModuleStatus = 'new' | 'linking' | 'linked' | 'evaluating' | 'evaluating-async' | 'evaluated';

/** What a name of a module stands for: an own export of `module`, or its namespace. */
export interface ResolvedBinding {
  readonly module: ModuleRecord;
  /** Index in `cells`; -1 for the namespace. */
  readonly cell: number;
}

export interface ExportCell {
  readonly name: string;
  get: () => unknown;
  /** Importers that keep a copy; they hear of later assignments. */
  listeners: ((value: unknown) => void)[] | undefined;
}

/** Failure to resolve a name at linking; the binding makes V8's SyntaxError of it. */
export class LinkError extends SyntaxError {
  readonly module: ModuleRecord;
  readonly offset: number;
  readonly length: number;
  constructor(message: string, module: ModuleRecord, place: { offset: number; length: number }) {
    super(message);
    this.module = module;
    this.offset = place.offset;
    this.length = place.length;
  }
}

interface Capability {
  readonly promise: Promise<undefined>;
  readonly resolve: (value: undefined) => void;
  readonly reject: (error: unknown) => void;
}

const isTdzError = (error: unknown): error is ReferenceError =>
  error instanceof ReferenceError && /^Cannot access '.*' before initialization$/.test(error.message);
const deadZone = (name: string): ReferenceError => new ReferenceError(`Cannot access '${name}' before initialization`);

/** State shared by all records of one thread: the order in which asynchronous modules began. */
export interface ModuleClock {
  next: number;
}

export abstract class ModuleRecord {
  readonly url: string;
  status: ModuleStatus = 'new';
  /** Present once evaluation failed. */
  failure: { readonly error: unknown } | undefined;
  cells: ExportCell[] = [];
  #namespace: object | undefined;

  constructor(url: string) {
    this.url = url;
  }

  abstract getExportedNames(seen?: Set<ModuleRecord>): string[];
  abstract resolveExport(name: string, seen?: ResolveSet): ResolvedBinding | null | 'ambiguous';

  get namespace(): object {
    if (this.#namespace !== undefined) return this.#namespace;
    const bindings = new Map<string, ResolvedBinding>();
    for (const name of this.getExportedNames()) {
      const binding = this.resolveExport(name);
      if (binding !== null && binding !== 'ambiguous') bindings.set(name, binding);
    }
    const read = (name: string): unknown => readBinding(bindings.get(name) as ResolvedBinding, name);
    this.#namespace = createNamespace([...bindings.keys()], read);
    return this.#namespace;
  }

  assign(cell: number): void {
    const { get, listeners } = this.cells[cell] as ExportCell;
    if (listeners === undefined) return;
    const value = get();
    for (const listener of listeners) listener(value);
  }
}

/** Reads with V8's error of a dead zone, which names the variable as the reader calls it. */
export function readBinding({ module, cell }: ResolvedBinding, name: string): unknown {
  if (cell === -1) return module.namespace;
  const { get } = module.cells[cell] as ExportCell;
  if (module.status === 'evaluated') return get();
  try {
    return get();
  } catch (error) {
    if (isTdzError(error)) throw deadZone(name);
    throw error;
  }
}

type ResolveSet = { module: ModuleRecord; name: string }[];

export class SyntheticModuleRecord extends ModuleRecord {
  readonly steps: () => void;
  #values: unknown[];
  readonly #indices: ReadonlyMap<string, number>;

  constructor(url: string, names: readonly string[], steps: () => void) {
    super(url);
    this.steps = steps;
    this.#values = names.map(() => undefined);
    this.#indices = new Map(names.map((name, index) => [name, index]));
    this.cells = names.map((name, index) => ({ name, get: () => this.#values[index], listeners: undefined }));
  }

  getExportedNames(): string[] {
    return this.cells.map(({ name }) => name);
  }

  resolveExport(name: string): ResolvedBinding | null {
    const cell = this.#indices.get(name);
    return cell === undefined ? null : { module: this, cell };
  }

  /** False when there is no such export. */
  setExport(name: string, value: unknown): boolean {
    const cell = this.#indices.get(name);
    if (cell === undefined) return false;
    this.#values[cell] = value;
    this.assign(cell);
    return true;
  }
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
  readonly importModule: (module: SourceTextModuleRecord, specifier: unknown, options: unknown) => Promise<unknown>;
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
      return indirect.imported === null ? { module, cell: -1 } : module.resolveExport(indirect.imported, seen);
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

  link(): void {
    const stack: SourceTextModuleRecord[] = [];
    try {
      innerModuleLinking(this, stack, 0);
    } catch (error) {
      for (const module of stack) module.status = 'new';
      throw error;
    }
  }

  /** InitializeEnvironment: resolves imports, and in a cycle hoists functions. */
  initializeEnvironment(): void {
    const { imports, indirect } = this.code;
    const resolved = imports.map((entry) => {
      const module = this.request(entry.request);
      return entry.name === null ? { module, cell: -1 } : this.#resolve(module, entry, entry.name);
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
        if (cell === -1 || !mayChange(module, cell)) return;
        const target = module.cells[cell] as ExportCell;
        (target.listeners ??= []).push((value) => update(index, value));
      });
    };
    const importModule = (specifier: unknown, options: unknown): Promise<unknown> => this.host.importModule(this, specifier, options);
    const meta = Object.defineProperty({}, 'data', { get: () => (this.#meta ??= this.host.importMeta(this)) });
    const push = (cell: number): void => this.assign(cell);
    return this.#compiled.call(
      undefined,
      frames,
      keep,
      keep,
      importModule,
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

  evaluate(): Promise<undefined> {
    let module: SourceTextModuleRecord = this;
    if (this.status === 'evaluating-async' || this.status === 'evaluated') module = this.cycleRoot ?? this;
    if (module.capability !== undefined) return module.capability.promise;
    const stack: SourceTextModuleRecord[] = [];
    const capability = newCapability();
    module.capability = capability;
    try {
      innerModuleEvaluation(module, stack, 0);
    } catch (error) {
      for (const each of stack) {
        each.status = 'evaluated';
        each.failure = { error };
        each.cycleRoot ??= each;
      }
      module.status = 'evaluated';
      module.failure ??= { error };
      capability.reject(error);
      return capability.promise;
    }
    if (module.status !== 'evaluating-async') capability.resolve(undefined);
    return capability.promise;
  }
}

/** Whether an export can change after its module has run. */
function mayChange(module: ModuleRecord, cell: number): boolean {
  return !(module instanceof SourceTextModuleRecord) || module.code.exports[cell]?.assigned === true;
}

function hasAsyncModule(module: ModuleRecord, seen: Set<ModuleRecord>): boolean {
  if (seen.has(module) || !(module instanceof SourceTextModuleRecord)) return false;
  seen.add(module);
  return module.code.async || (module.requested ?? []).some((each) => hasAsyncModule(each, seen));
}

function newCapability(): Capability {
  let resolve: Capability['resolve'] | undefined;
  let reject: Capability['reject'] | undefined;
  const promise = new Promise<undefined>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  if (resolve === undefined || reject === undefined) throw new Error('The executor of a promise did not run');
  return { promise, resolve, reject };
}

function innerModuleLinking(module: ModuleRecord, stack: SourceTextModuleRecord[], start: number): number {
  let index = start;
  if (!(module instanceof SourceTextModuleRecord)) {
    if (module.status === 'new') module.status = 'linked';
    return index;
  }
  if (module.status !== 'new') return index;
  module.status = 'linking';
  module.dfsIndex = index;
  module.dfsAncestorIndex = index;
  index++;
  stack.push(module);
  module.code.requests.forEach(({ phase }, request) => {
    if (phase !== 2) return;
    const required = module.request(request);
    index = innerModuleLinking(required, stack, index);
    if (required instanceof SourceTextModuleRecord && required.status === 'linking') {
      module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
    }
  });
  module.initializeEnvironment();
  if (module.dfsAncestorIndex !== module.dfsIndex) return index;
  const component = stack.splice(stack.indexOf(module));
  for (const member of component) member.status = 'linked';
  const isCycle = component.length > 1 || (module.requested ?? []).includes(module);
  if (isCycle) for (const member of component.toReversed()) member.hoist();
  return index;
}

function innerModuleEvaluation(module: ModuleRecord, stack: SourceTextModuleRecord[], start: number): number {
  let index = start;
  if (!(module instanceof SourceTextModuleRecord)) {
    evaluateSynthetic(module as SyntheticModuleRecord);
    return index;
  }
  if (module.status === 'evaluating-async' || module.status === 'evaluated') {
    if (module.failure !== undefined) throw module.failure.error;
    return index;
  }
  if (module.status === 'evaluating') return index;
  module.status = 'evaluating';
  module.dfsIndex = index;
  module.dfsAncestorIndex = index;
  module.pendingAsyncDependencies = 0;
  index++;
  stack.push(module);
  for (const [request, { phase }] of module.code.requests.entries()) {
    if (phase !== 2) continue;
    const direct = module.request(request);
    index = innerModuleEvaluation(direct, stack, index);
    if (!(direct instanceof SourceTextModuleRecord)) continue;
    let required = direct;
    if (required.status === 'evaluating') {
      module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
    } else {
      required = required.cycleRoot ?? required;
      if (required.failure !== undefined) throw required.failure.error;
    }
    if (required.asyncOrder > 0 && required.status !== 'evaluated') {
      module.pendingAsyncDependencies++;
      required.asyncParents.push(module);
    }
  }
  if (module.pendingAsyncDependencies > 0 || module.code.async) {
    module.asyncOrder = module.host.clock.next++;
    if (module.pendingAsyncDependencies === 0) executeAsyncModule(module);
  } else {
    module.execute();
  }
  if (module.dfsAncestorIndex === module.dfsIndex) {
    for (const member of stack.splice(stack.indexOf(module))) {
      member.status = member.asyncOrder > 0 ? 'evaluating-async' : 'evaluated';
      member.cycleRoot = module;
    }
  }
  return index;
}

export function evaluateSynthetic(module: SyntheticModuleRecord): void {
  if (module.failure !== undefined) throw module.failure.error;
  if (module.status === 'evaluated' || module.status === 'evaluating') return;
  module.status = 'evaluating';
  try {
    module.steps();
    module.status = 'evaluated';
  } catch (error) {
    module.status = 'evaluated';
    module.failure = { error };
    throw error;
  }
}

const nativeThen = Promise.prototype.then;

function executeAsyncModule(module: SourceTextModuleRecord): void {
  const done = module.execute() as Promise<unknown>;
  void Reflect.apply(nativeThen, done, [
    () => asyncModuleExecutionFulfilled(module),
    (error: unknown) => asyncModuleExecutionRejected(module, error),
  ]);
}

function gatherAvailableAncestors(module: SourceTextModuleRecord, list: SourceTextModuleRecord[]): void {
  for (const parent of module.asyncParents) {
    if (list.includes(parent) || parent.cycleRoot?.failure !== undefined) continue;
    parent.pendingAsyncDependencies--;
    if (parent.pendingAsyncDependencies > 0) continue;
    list.push(parent);
    if (!parent.code.async) gatherAvailableAncestors(parent, list);
  }
}

function asyncModuleExecutionFulfilled(module: SourceTextModuleRecord): void {
  if (module.status === 'evaluated') return;
  module.status = 'evaluated';
  module.capability?.resolve(undefined);
  const available: SourceTextModuleRecord[] = [];
  gatherAvailableAncestors(module, available);
  available.sort((a, b) => a.asyncOrder - b.asyncOrder);
  for (const ancestor of available) {
    if (ancestor.status === 'evaluated') continue;
    if (ancestor.code.async) {
      executeAsyncModule(ancestor);
      continue;
    }
    try {
      ancestor.execute();
    } catch (error) {
      asyncModuleExecutionRejected(ancestor, error);
      continue;
    }
    ancestor.status = 'evaluated';
    ancestor.capability?.resolve(undefined);
  }
}

function asyncModuleExecutionRejected(module: SourceTextModuleRecord, error: unknown): void {
  if (module.status === 'evaluated') return;
  module.failure = { error };
  module.status = 'evaluated';
  for (const parent of module.asyncParents) asyncModuleExecutionRejected(parent, error);
  module.capability?.reject(error);
}
