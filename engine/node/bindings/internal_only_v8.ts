/** `internalBinding('internal_only_v8')`. Stands for src/internal_only_v8.cc. */
import { NotImplementedError } from '../dump.ts';
import type { Binding } from '../environment.ts';

export function create(): Binding {
  return {
    queryObjects(): never {
      throw new NotImplementedError('v8.queryObjects');
    },
  };
}
