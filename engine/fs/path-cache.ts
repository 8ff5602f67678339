const MOST = 65536;
const WORDS = 4;

/**
 * Answers of earlier walks with what they rest on: a found name on STRUCTURE and on its directory's count of removals, a missing one on STRUCTURE
 * and on the sequence of the directory in which the first missing name was looked for.
 */
export class PathCache {
  #slots = new Map<string, number>();
  #values = new Int32Array(1024 * WORDS);

  /** Number of the slot, -1 when the path is not known. */
  find(path: string): number {
    return this.#slots.get(path) ?? -1;
  }

  ino(slot: number): number {
    return this.#values[slot * WORDS] ?? 0;
  }

  structure(slot: number): number {
    return this.#values[slot * WORDS + 1] ?? 0;
  }

  dir(slot: number): number {
    return this.#values[slot * WORDS + 2] ?? 0;
  }

  guard(slot: number): number {
    return this.#values[slot * WORDS + 3] ?? 0;
  }

  /** `slot` as `find` returned it. */
  set(slot: number, path: string, ino: number, structure: number, dir: number, guard: number): void {
    if (slot < 0) {
      if (this.#slots.size === MOST) this.#slots.clear();
      slot = this.#slots.size;
      this.#slots.set(path, slot);
      if ((slot + 1) * WORDS > this.#values.length) {
        const larger = new Int32Array(this.#values.length * 2);
        larger.set(this.#values);
        this.#values = larger;
      }
    }
    const at = slot * WORDS;
    this.#values[at] = ino;
    this.#values[at + 1] = structure;
    this.#values[at + 2] = dir;
    this.#values[at + 3] = guard;
  }
}
