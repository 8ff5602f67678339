/** Node's builtins by id: what command lines load is there, the rest is read when first asked for. */
import type { NodeDumps } from '../node/main.ts';

export class LazyBuiltins extends Map<string, string> {
  readonly #ids: ReadonlySet<string>;
  readonly #load: () => Readonly<Record<string, string>>;
  #isComplete = false;

  /** @param load reads the builtins that `builtins` lacks, synchronously */
  constructor(builtins: Readonly<Record<string, string>>, dumps: NodeDumps, load: () => Readonly<Record<string, string>>) {
    super(Object.entries(builtins));
    this.#load = load;
    this.#ids = new Set([...Object.keys(builtins), ...allIds(dumps)]);
  }

  override get(id: string): string | undefined {
    const known = super.get(id);
    if (known !== undefined || this.#isComplete || !this.#ids.has(id)) return known;
    for (const [other, source] of Object.entries(this.#load())) super.set(other, source);
    this.#isComplete = true;
    return super.get(id);
  }

  override has(id: string): boolean {
    return this.#ids.has(id);
  }

  override keys(): MapIterator<string> {
    return this.#ids.values() as MapIterator<string>;
  }
}

/** Node's own lists of its builtins, from the dump of the `builtins` binding. */
function allIds(dumps: NodeDumps): string[] {
  const categories = dumps.bindings['builtins']?.['builtinCategories'] as Record<string, { $set: string[] }> | undefined;
  return Object.values(categories ?? {}).flatMap(({ $set }) => $set);
}
