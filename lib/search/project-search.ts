import type { Content } from '../project/content.ts';

export interface SearchHit {
  /** Counts from 1. */
  readonly line: number;
  readonly column: number;
  /** The line's text around the match, and where in it the match is. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface FileHits {
  readonly path: string;
  readonly hits: readonly SearchHit[];
}

const CONTEXT = 40;
const MOST_HITS = 500;

/** Lines that hold the text, in all text files, lockfiles left out. Capital letters in the query make it case-sensitive. */
export function searchProject(files: ReadonlyMap<string, Content>, query: string): readonly FileHits[] {
  if (query === '') return [];
  const sensitive = query !== query.toLowerCase();
  const needle = sensitive ? query : query.toLowerCase();
  const result: FileHits[] = [];
  let count = 0;
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof content !== 'string' || /(?:^|\/)package-lock\.json$/.test(path)) continue;
    const hits: SearchHit[] = [];
    content.split('\n').forEach((text, index) => {
      const column = (sensitive ? text : text.toLowerCase()).indexOf(needle);
      if (column === -1 || count >= MOST_HITS) return;
      count += 1;
      const from = Math.max(0, column - CONTEXT);
      const shown = text.slice(from, column + needle.length + 2 * CONTEXT).trimEnd();
      const trimmed = from === 0 ? shown.length - shown.trimStart().length : 0;
      const lead = Math.min(trimmed, column - from);
      hits.push({
        line: index + 1,
        column: column + 1,
        text: shown.slice(lead),
        start: column - from - lead,
        end: column - from - lead + needle.length,
      });
    });
    if (hits.length > 0) result.push({ path, hits });
  }
  return result;
}
