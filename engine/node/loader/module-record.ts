/**
 * Module records: names and what they stand for (ECMA-262, 16.2.1.5 Abstract Module Records), and those without code of their own (16.2.1.8
 * Synthetic Module Records). Names of methods are the specification's.
 */
import { createNamespace } from './module-namespace.ts';

export type ModuleStatus = 'new' | 'linking' | 'linked' | 'evaluating' | 'evaluating-async' | 'evaluated';

/** What a name of a module stands for: an own export of `module`, or its namespace. */
export interface ResolvedBinding {
  readonly module: ModuleRecord;
  /** Index in `cells`; -1 for the namespace, -2 for what a source phase import gives. */
  readonly cell: number;
}

export const NAMESPACE = -1;
export const MODULE_SOURCE = -2;

export interface ExportCell {
  readonly name: string;
  get: () => unknown;
  /** Importers that keep a copy; they hear of later assignments. */
  listeners: ((value: unknown) => void)[] | undefined;
}

/** A source phase import of a module that has none to give. */
export class SourceMissing extends SyntaxError {
  constructor(url: string) {
    super(`Source phase import object is not defined for module '${url}'`);
  }
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

const isTdzError = (error: unknown): error is ReferenceError =>
  error instanceof ReferenceError && /^Cannot access '.*' before initialization$/.test(error.message);
export const deadZone = (name: string): ReferenceError => new ReferenceError(`Cannot access '${name}' before initialization`);

export abstract class ModuleRecord {
  readonly url: string;
  status: ModuleStatus = 'new';
  /** Present once evaluation failed. */
  failure: { readonly error: unknown } | undefined;
  cells: ExportCell[] = [];
  /** What a source phase import of it gives. */
  sourceObject: object | undefined;
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
  if (cell === NAMESPACE) return module.namespace;
  if (cell === MODULE_SOURCE) return module.sourceObject;
  const { get } = module.cells[cell] as ExportCell;
  if (module.status === 'evaluated') return get();
  try {
    return get();
  } catch (error) {
    if (isTdzError(error)) throw deadZone(name);
    throw error;
  }
}

export type ResolveSet = { module: ModuleRecord; name: string }[];

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
