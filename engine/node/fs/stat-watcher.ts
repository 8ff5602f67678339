/** `fs.watchFile` (src/node_stat_watcher.cc over uv_fs_poll): compares stat records at an interval, or as soon as the file system says that something changed. */
import { HandleWrap } from '../async-wrap.ts';
import type { Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';

const FIELDS = 18;

export function createStatWatcher(environment: Environment) {
  const { system, loop, host } = environment;
  return class StatWatcher extends HandleWrap {
    readonly #bigint: boolean;
    #alive: Handle | undefined;
    #timer: number | undefined;
    #path = '';
    #interval = 0;
    #current: Float64Array | BigInt64Array;
    constructor(bigint: boolean) {
      super(environment, 'STATWATCHER');
      this.#bigint = bigint;
      this.#current = this.#fresh();
    }
    #fresh(): Float64Array | BigInt64Array {
      return this.#bigint ? new BigInt64Array(2 * FIELDS) : new Float64Array(2 * FIELDS);
    }
    #stat(out: Float64Array | BigInt64Array): number {
      const result = system.files.stat(system.resolve(this.#path), out);
      // A missing file has a record of zeros, as natively.
      if (result < 0) (out as BigInt64Array).fill((this.#bigint ? 0n : 0) as bigint, 0, FIELDS);
      return result;
    }
    start(path: string, interval: number): number {
      this.#path = path;
      this.#interval = interval;
      this.#alive = loop.keepAlive();
      this.attach(this.#alive);
      const status = this.#stat(this.#current);
      if (status < 0) loop.enqueue(() => void this.makeCallback('onchange', status, this.#withPrevious(this.#current, this.#current)));
      this.#schedule();
      return 0;
    }
    #withPrevious(current: Float64Array | BigInt64Array, previous: Float64Array | BigInt64Array): Float64Array | BigInt64Array {
      const both = this.#fresh();
      (both as Float64Array).set((current as Float64Array).subarray(0, FIELDS), 0);
      (both as Float64Array).set((previous as Float64Array).subarray(0, FIELDS), FIELDS);
      return both;
    }
    #schedule(): void {
      this.#timer = host.setTimeout(() => {
        if (!this.isOpen) return;
        const next = this.#fresh();
        const status = this.#stat(next);
        const changed = next.subarray(0, FIELDS).some((value, index) => index !== 10 && index !== 11 && value !== this.#current[index]);
        if (changed) {
          const both = this.#withPrevious(next, this.#current);
          this.#current = next;
          loop.enqueue(() => void this.makeCallback('onchange', status < 0 ? status : 0, both));
        }
        this.#schedule();
      }, this.#interval);
    }
    protected dispose(): void {
      if (this.#timer !== undefined) host.clearTimeout(this.#timer);
    }
  };
}
