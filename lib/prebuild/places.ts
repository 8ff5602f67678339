import type { Place } from '../errors/problem.ts';
import { isWithin, parsePath } from '../project/paths.ts';

/** A mention of a project file in a log line, with where in the line it stands. */
export interface Mention extends Place {
  readonly start: number;
  readonly end: number;
}

/** `path:line:column`, `path:line`, `path(line,column)`, and the generators' `path (line 3, column 5)`. */
const PATTERN =
  /((?:file:\/\/)?[^\s"'`()[\]<>,;:]*[^\s"'`()[\]<>,;:/.]\.[A-Za-z0-9]+)(?::(\d+)(?::(\d+))?|\((\d+),(\d+)\)|[\])]?\s*\(?\[?[Ll]ine (\d+),? [Cc]olumn (\d+)\]?\)?)?/g;

/** Files of the project that a line of a log names. `workdir` is the project's folder in the engine. */
export function findPlaces(line: string, exists: (path: string) => boolean, workdir: string): Mention[] {
  const result: Mention[] = [];
  for (const match of line.matchAll(PATTERN)) {
    const path = projectPath(match[1] ?? '', workdir);
    if (path === null || !exists(path)) continue;
    const lineNumber = positive(match[2] ?? match[4] ?? match[6]);
    const column = positive(match[3] ?? match[5] ?? match[7]);
    result.push({
      path,
      start: match.index,
      end: match.index + match[0].trimEnd().length,
      ...(lineNumber !== null && { line: lineNumber }),
      ...(column !== null && { column }),
    });
  }
  return result;
}

/** Words of a line that says what went wrong; generators also name the files they read and write while all is well. */
const TROUBLE = /error|problem|trouble|fail|cannot|can['’]t|could not|unable|unexpected|not found|invalid|missing|exception/i;

/** The place that explains a failure best: the first mention with a line, else the first in a line that speaks of trouble. */
export function firstPlace(log: string, exists: (path: string) => boolean, workdir: string): Place | null {
  const lines = log.split('\n').map((text) => ({ text, mentions: findPlaces(text, exists, workdir) }));
  const found =
    lines.flatMap(({ mentions }) => mentions).find(({ line }) => line !== undefined) ??
    // Paths do not count: a file may be called error.njk.
    lines.find(({ text, mentions }) => mentions.length > 0 && TROUBLE.test(text.replace(/\S*[/.]\S*\w/g, '')))?.mentions[0];
  if (!found) return null;
  const { path, line, column } = found;
  return { path, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
}

function projectPath(text: string, workdir: string): string | null {
  let path = text.replace(/^file:\/\//, '');
  if (path.startsWith('/')) {
    if (!isWithin(path, workdir)) return null;
    path = path.slice(workdir.length + 1);
  }
  const parsed = parsePath(path);
  return 'path' in parsed ? parsed.path : null;
}

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
