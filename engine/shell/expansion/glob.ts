import { compareText } from '../order.ts';
import { hasWildcard, patternToRegExp, unquotePattern } from './pattern.ts';

export interface DirectoryReader {
  /** Names in a directory (without `.` and `..`), null when it cannot be read. `''` is the current directory. */
  names(directory: string): readonly string[] | null;
  isDirectory(path: string): boolean;
  exists(path: string): boolean;
}

/** Paths that match a pattern, sorted; empty when none does. */
export function glob(pattern: string, reader: DirectoryReader): string[] {
  const segments = pattern.split('/');
  let found = [''];
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    const next: string[] = [];
    for (const base of found) {
      if (segment === '') {
        // A leading, doubled or trailing slash stays as it was written.
        if (!last || reader.isDirectory(base)) next.push(last ? base : `${base}/`);
        continue;
      }
      if (!hasWildcard(segment)) {
        const path = base + unquotePattern(segment);
        if (last ? reader.exists(path) : reader.isDirectory(path)) next.push(last ? path : `${path}/`);
        continue;
      }
      const names = reader.names(base);
      if (names === null) continue;
      const expression = patternToRegExp(segment);
      const hidden = segment.startsWith('.') || segment.startsWith('\\.');
      const candidates = hidden ? ['.', '..', ...names] : names;
      for (const name of [...candidates].sort(compareText)) {
        if ((name.startsWith('.') && !hidden) || !expression.test(name)) continue;
        const path = base + name;
        if (last) next.push(path);
        else if (reader.isDirectory(path)) next.push(`${path}/`);
      }
    }
    found = next;
  });
  return found;
}
