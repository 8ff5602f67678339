/** Which module record a ModuleWrap object stands for. */
import type { ModuleRecord } from './module-record.ts';

export interface WrappedModule {
  readonly record: ModuleRecord;
  /** Host-defined option of its `import()` and `import.meta`. */
  readonly id: symbol;
  readonly source: string;
}

const modules = new WeakMap<object, WrappedModule>();
const wraps = new WeakMap<ModuleRecord, object>();

export function registerWrap(wrap: object, module: WrappedModule): void {
  modules.set(wrap, module);
  wraps.set(module.record, wrap);
}

export function moduleOfWrap(wrap: object): WrappedModule | undefined {
  return modules.get(wrap);
}

export function wrapOf(record: ModuleRecord): object | undefined {
  return wraps.get(record);
}
