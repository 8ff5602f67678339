/** Node's builtins by id: what command lines load is there, the rest is read when first asked for. */
import type { NodeDumps } from '../node/main.ts';

const decoder = new TextDecoder();
const NEWLINE = 10;

interface Index {
  /** Byte offset behind the first line, and length. */
  readonly sources: Readonly<Record<string, readonly [number, number]>>;
  /** Only in the first of the two: how long the other is. */
  readonly restBytes?: number;
}

/** Sources in one text, of which each is decoded when it is asked for (scripts/engine/assets.mjs packs them). */
export class PackedSources {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #index: Index;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#start = bytes.indexOf(NEWLINE) + 1;
    this.#index = JSON.parse(this.#text(0, this.#start)) as Index;
  }

  get restBytes(): number {
    return this.#index.restBytes ?? 0;
  }

  get(id: string): string | undefined {
    const place = Object.hasOwn(this.#index.sources, id) ? this.#index.sources[id] : undefined;
    if (place === undefined) return undefined;
    const [offset, length] = place;
    return this.#text(this.#start + offset, this.#start + offset + length);
  }

  ids(): string[] {
    return Object.keys(this.#index.sources);
  }

  /** TextDecoder takes no shared memory. */
  #text(from: number, to: number): string {
    return decoder.decode(this.#bytes.slice(from, to));
  }
}

export class LazyBuiltins extends Map<string, string> {
  readonly #ids: ReadonlySet<string>;
  readonly #first: PackedSources;
  readonly #load: () => PackedSources;
  #rest: PackedSources | null = null;

  /** @param load reads the builtins that `first` lacks, synchronously */
  constructor(first: PackedSources, dumps: NodeDumps, load: () => PackedSources) {
    super();
    this.#first = first;
    this.#load = load;
    this.#ids = new Set([...first.ids(), ...allIds(dumps)]);
  }

  override get(id: string): string | undefined {
    if (!this.#ids.has(id)) return undefined;
    const known = this.#first.get(id);
    if (known !== undefined) return known;
    this.#rest ??= this.#load();
    return this.#rest.get(id);
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
