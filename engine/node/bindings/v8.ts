/**
 * `internalBinding('v8')`. Stands for src/node_v8.cc. Browsers tell workers nothing of their heaps: every number of them is NaN (docs/decisions/0014).
 */
import type { Binding, Environment } from '../environment.ts';

/** Index in heapStatisticsBuffer (kNumberOfNativeContextsIndex in the dump). */
const NATIVE_CONTEXTS = 9;
const STATISTICS = 14;
const CODE_STATISTICS = 4;
const SPACE_STATISTICS = 4;

export function create(environment: Environment): Binding {
  const heapStatisticsBuffer = new Float64Array(STATISTICS).fill(NaN);
  // The one realm that a worker has.
  heapStatisticsBuffer[NATIVE_CONTEXTS] = 1;

  return {
    heapStatisticsBuffer,
    heapCodeStatisticsBuffer: new Float64Array(CODE_STATISTICS).fill(NaN),
    heapSpaceStatisticsBuffer: new Float64Array(SPACE_STATISTICS).fill(NaN),
    updateHeapStatisticsBuffer: () => undefined,
    updateHeapCodeStatisticsBuffer: () => undefined,
    updateHeapSpaceStatisticsBuffer: () => undefined,
    // Flags tune or debug the engine: a page cannot set them, and code runs the same without.
    setFlagsFromString: () => undefined,
    setHeapSnapshotNearHeapLimit: () => undefined,
    /** A hash of V8's version, as native's is, though of no use: compiled code is not handed out. */
    cachedDataVersionTag(): number {
      const { v8 = '' } = (environment.process.versions ?? {}) as { v8?: string };
      return [...v8].reduce((tag, character) => (Math.imul(tag, 31) + character.charCodeAt(0)) >>> 0, 7);
    },
    // oxlint-disable-next-line no-control-regex -- what one byte holds
    isStringOneByteRepresentation: (text: string) => /^[\0-\xff]*$/.test(text),
  };
}
