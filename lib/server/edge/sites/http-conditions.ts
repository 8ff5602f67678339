/** Conditional and partial requests (RFC 9110, sections 13 and 14). */

/** Whether If-None-Match names an entity tag: then the answer is 304. */
export function matchesTag(ifNoneMatch: string, tag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** `whole`: there is no range, more than one, or none that can be understood. */
export type RangeWanted = 'whole' | 'unsatisfiable' | { readonly start: number; /** Excluded. */ readonly end: number };

/** @param size bytes of the whole @param ifRange only if this is the entity tag of what is there now */
export function rangeWanted(range: string | undefined, ifRange: string | undefined, tag: string, size: number): RangeWanted {
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== tag)) return 'whole';
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range.trim()) ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
