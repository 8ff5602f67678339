import { WriteLock } from './lock.ts';
import { repairVolume } from './repair.ts';
import type { Volume } from './volume.ts';

/** What one thread does under the memory's lock. */
export class CriticalSection {
  readonly #volume: Volume;
  readonly #lock: WriteLock;

  constructor(volume: Volume, slot: number, incarnation: number) {
    this.#volume = volume;
    this.#lock = new WriteLock(volume.words, slot, incarnation);
  }

  /** Runs `operation` under the lock, which is free again whatever happens. */
  run<T>(operation: () => T): T {
    probeStack(0, 0, 0, 0, 0, 0, 0, 0);
    this.#lock.acquire();
    try {
      return operation();
    } catch (error) {
      // Nothing in there throws on purpose. Leave no half-made change to the others.
      repairVolume(this.#volume);
      throw error;
    } finally {
      this.#lock.release();
    }
  }
}

/**
 * Guest code may call in with almost no stack left. Running out of it in the middle of a change would tear the change, so run out of it here:
 * this needs more stack than any operation does.
 */
function probeStack(a: number, b: number, c: number, d: number, e: number, f: number, g: number, depth: number): number {
  return depth === PROBE_DEPTH ? a + b + c + d + e + f + g : probeStack(b, c, d, e, f, g, a, depth + 1) + 1;
}
const PROBE_DEPTH = 24;
