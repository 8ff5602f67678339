/**
 * `internalBinding('v8')`. Stands for src/node_v8.cc. The browser tells three numbers of the heap (used, total, limit) where it tells any; what it does not tell is 0.
 */
import type { Binding, Environment } from '../environment.ts';
import { heap } from './process_methods.ts';

// Indices of heapStatisticsBuffer (kTotalHeapSizeIndex … in the dump).
const TOTAL_HEAP = 0;
const TOTAL_PHYSICAL = 2;
const TOTAL_AVAILABLE = 3;
const USED_HEAP = 4;
const HEAP_LIMIT = 5;
const NATIVE_CONTEXTS = 9;

const STATISTICS = 14;
const CODE_STATISTICS = 4;
const SPACE_STATISTICS = 4;

export function create(environment: Environment): Binding {
  const heapStatisticsBuffer = new Float64Array(STATISTICS);

  return {
    heapStatisticsBuffer,
    heapCodeStatisticsBuffer: new Float64Array(CODE_STATISTICS),
    heapSpaceStatisticsBuffer: new Float64Array(SPACE_STATISTICS),
    updateHeapStatisticsBuffer(): void {
      const { used, total, limit } = heap(environment);
      heapStatisticsBuffer[TOTAL_HEAP] = total;
      heapStatisticsBuffer[TOTAL_PHYSICAL] = total;
      heapStatisticsBuffer[TOTAL_AVAILABLE] = Math.max(0, limit - used);
      heapStatisticsBuffer[USED_HEAP] = used;
      heapStatisticsBuffer[HEAP_LIMIT] = limit;
      heapStatisticsBuffer[NATIVE_CONTEXTS] = 1;
    },
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
