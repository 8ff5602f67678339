/**
 * What iterators of maps and sets have left. V8 looks into them; JavaScript can only move them. So the first look at an iterator takes all that is left
 * and hands it out again later: from then on the prototype's `next` serves such iterators from what was taken (as it stood at the look: an entry
 * that comes or goes after it is not seen, as it would be natively). Iterators that nobody looks at are not touched, except that `entries` marks its own:
 * `[key, value]` and a value that is such a pair look the same.
 */
import { checks } from './bindings/types.ts';

interface Taken {
  readonly results: readonly unknown[];
  at: number;
}

export interface IteratorEntries {
  /** Begins to mark what `entries` of maps and sets returns; once Node's primordials have the native ones, which stay as fast as they are. */
  install(): void;
  /** Values that an iterator has left, and whether they are `[key, value]` pairs. */
  left(iterator: object): { readonly values: readonly unknown[]; readonly keyed: boolean };
}

type Next = (this: object) => IteratorResult<unknown>;

class Identity {
  constructor(object: object) {
    return object;
  }
}

/** A private field on an iterator: no guest sees it. */
class Keyed extends Identity {
  readonly #keyed = true;

  static is(iterator: object): boolean {
    return #keyed in iterator && iterator.#keyed;
  }
}

const apply = Reflect.apply;
const slice = Array.prototype.slice;

/** `hide` gives a replaced method the look of the native one (loader/function-text.ts). */
export function createIteratorEntries(hide: (replacement: object, name: string) => void): IteratorEntries {
  const taken = new WeakMap<object, Taken>();
  const natives = new Map<object, Next>();

  /** The native `next` of the prototype, which serves looked-at iterators from now on. */
  const nextOf = (prototype: object): Next => {
    const known = natives.get(prototype);
    if (known !== undefined) return known;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'next') as PropertyDescriptor;
    const native = descriptor.value as Next;
    natives.set(prototype, native);
    const { next } = {
      next(this: object): IteratorResult<unknown> {
        const rest = taken.get(this);
        if (rest === undefined) return apply(native, this, []);
        return rest.at < rest.results.length ? { value: rest.results[rest.at++], done: false } : { value: undefined, done: true };
      },
    };
    hide(next, 'next');
    Object.defineProperty(prototype, 'next', { ...descriptor, value: next });
    return native;
  };

  /** Maps iterate by `entries`: the two names are one function. */
  const markEntries = (prototype: Map<unknown, unknown> | Set<unknown>): void => {
    const native = prototype.entries;
    const { entries } = {
      entries(this: object): object {
        return new Keyed(apply(native, this, []) as object);
      },
    };
    hide(entries, 'entries');
    for (const key of ['entries', Symbol.iterator]) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
      if (descriptor.value === native) Object.defineProperty(prototype, key, { ...descriptor, value: entries });
    }
  };

  return {
    install() {
      markEntries(Map.prototype);
      markEntries(Set.prototype);
    },
    left(iterator) {
      const prototype = checks.isMapIterator(iterator) ? mapIterators : setIterators;
      const native = nextOf(prototype);
      let rest = taken.get(iterator);
      if (rest === undefined) {
        const results: unknown[] = [];
        for (let step = apply(native, iterator, []); step.done !== true; step = apply(native, iterator, [])) results.push(step.value);
        rest = { results, at: 0 };
        taken.set(iterator, rest);
      }
      return { values: apply(slice, rest.results, [rest.at]) as unknown[], keyed: Keyed.is(iterator) };
    },
  };
}

const mapIterators = Object.getPrototypeOf(new Map().entries()) as object;
const setIterators = Object.getPrototypeOf(new Set().values()) as object;
