/** `internalBinding('trace_events')`: tracing is off in a page; the library asks at every turn whether a category is on. */
import { NotImplementedError } from '../dump.ts';
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({
  getEnabledCategories: () => undefined,
  setTraceCategoryStateUpdateHandler: () => undefined,
  getCategoryEnabledBuffer: () => new Uint8Array(1),
  isTraceCategoryEnabled: () => false,
  trace: () => undefined,
  CategorySet: class CategorySet {
    enable(): never {
      throw new NotImplementedError('trace_events');
    }
    disable(): void {
      // Nothing was enabled.
    }
  },
});
