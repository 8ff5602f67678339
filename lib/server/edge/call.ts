import { noKey } from './edge-problems.ts';

/** One request to the API, taken apart. */
export interface Call {
  readonly request: Request;
  readonly method: string;
  /** Decoded names of the path below `/api/v1/`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Hash of the deploy key that was sent; null: none, or none that counts. */
  readonly key: string | null;
}

export function keyOf({ key }: Call): string {
  if (key === null) throw noKey();
  return key;
}

const MOST_PER_PAGE = 100;

/** The page of a list that `page` (from 1) and `per_page` ask for. */
export function pageOf<Item>(items: readonly Item[], query: URLSearchParams): readonly Item[] {
  const number = (name: string, usual: number): number => {
    const value = Number(query.get(name) ?? usual);
    return Number.isInteger(value) && value >= 1 ? value : usual;
  };
  const size = Math.min(number('per_page', MOST_PER_PAGE), MOST_PER_PAGE);
  const start = (number('page', 1) - 1) * size;
  return items.slice(start, start + size);
}
