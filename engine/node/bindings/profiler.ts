/** `internalBinding('profiler')` (src/inspector_profiler.cc): coverage is never collected here, so there is none to take or to stop, as natively without NODE_V8_COVERAGE. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({
  setCoverageDirectory: () => undefined,
  setSourceMapCacheGetter: () => undefined,
  takeCoverage: () => undefined,
  stopCoverage: () => undefined,
});
