import { Random } from './random.mjs';
import { TARGETS } from './targets.mjs';

/** Milliseconds that one input may take, far above what any does: more is a hang. */
const HANG = 10_000;

/**
 * Feeds a parser with `count` inputs. Input number i comes from the seed `seed + i` alone.
 * @param {string} name of the target
 * @param {number} count
 * @param {number} seed
 * @returns {Promise<{ inputs: number, seconds: number, slowest: number }>} `slowest`: milliseconds of one input
 * @throws with the seed of the input where the parser did what it may not
 */
export async function fuzz(name, count, seed) {
  const target = TARGETS[name];
  if (target === undefined) throw new Error(`There is no target ${name}; there are: ${Object.keys(TARGETS).join(', ')}.`);
  const started = performance.now();
  let slowest = 0;
  for (let index = 0; index < count; index += 1) {
    const before = performance.now();
    try {
      const result = target.once(new Random(seed + index));
      if (result !== undefined) await result;
    } catch (error) {
      throw new Error(`${name}, seed ${seed + index}: ${/** @type {Error} */ (error).message}`, { cause: error });
    }
    slowest = Math.max(slowest, performance.now() - before);
    if (slowest > HANG) throw new Error(`${name}, seed ${seed + index}: it took ${Math.round(slowest)} ms.`);
  }
  return { inputs: count, seconds: (performance.now() - started) / 1000, slowest };
}
