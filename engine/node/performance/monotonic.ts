/** What `uv_hrtime` is natively: a clock that all threads of all processes share, as far as a page has one. */
import type { Environment } from '../environment.ts';

const clocks = new WeakMap<Environment, () => number>();

/** Milliseconds since the engine was booted. */
export function monotonicClock(environment: Environment): () => number {
  let clock = clocks.get(environment);
  if (clock === undefined) {
    const { performance } = environment.host;
    const booted = environment.system.uptime() * 1000 - performance.now();
    clock = () => booted + performance.now();
    clocks.set(environment, clock);
  }
  return clock;
}
