import { encodeUtf8 } from '../text.ts';

/** Order of names by their bytes, as libuv's scandir gives them. */
export function compareNames(a: string, b: string): number {
  // UTF-16 sorts differently only where there are surrogates.
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [encodeUtf8(a), encodeUtf8(b)];
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
