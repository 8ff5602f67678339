const MOST = 65536;
const WORDS = 4;

/**
 * Answers of earlier walks with what they rest on: a found name on STRUCTURE and on its directory's count of removals, a missing one on STRUCTURE
 * and on the sequence of the directory in which the first missing name was looked for.
 */
export class PathCache {
  readonly #slots = new Map<string, number>();
  /** Four words a slot: inode (0: missing), STRUCTURE, directory, guard. Replaced when it grows. */
  values = new Int32Array(1024 * WORDS);

  /** Where the words of a path begin, -1 when it is not known. */
  find(path: string): number {
    return this.#slots.get(path) ?? -1;
  }

  /** `at` as `find` returned it. */
  set(at: number, path: string, ino: number, structure: number, dir: number, guard: number): void {
    let place = at;
    if (place < 0) {
      if (this.#slots.size === MOST) this.#slots.clear();
      place = this.#slots.size * WORDS;
      this.#slots.set(path, place);
      if (place + WORDS > this.values.length) {
        const larger = new Int32Array(this.values.length * 2);
        larger.set(this.values);
        this.values = larger;
      }
    }
    this.values[place] = ino;
    this.values[place + 1] = structure;
    this.values[place + 2] = dir;
    this.values[place + 3] = guard;
  }
}
