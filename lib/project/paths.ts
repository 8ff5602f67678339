import { JampotError } from '../errors/problem.ts';

/**
 * Paths of a project: relative, `/`-separated, no empty, `.` or `..` segment. Everything that comes from an archive, the engine or a
 * preview goes through `parsePath` before it is used.
 */

/** Linux's limits for one name and a whole path, in UTF-8 bytes. */
const NAME_MAX = 255;
const PATH_MAX = 1024;

const encoder = new TextEncoder();

export type PathResult = { readonly path: string } | { readonly reason: string };

/** Checks a path and returns it, or why it cannot be one. A leading `./` and a trailing `/` are dropped. */
export function parsePath(input: string): PathResult {
  const path = input.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  if (path === '') return { reason: 'A name cannot be empty.' };
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return { reason: 'The path leaves the project.' };
  if (path.includes('\\')) return { reason: 'A name cannot contain a backslash.' };
  // A control character in a name breaks terminals and lists; Linux would allow it.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return { reason: 'A name cannot contain control characters.' };
  if (encoder.encode(path).length > PATH_MAX) return { reason: `A path has at most ${PATH_MAX} bytes.` };
  for (const name of path.split('/')) {
    if (name === '..') return { reason: 'The path leaves the project.' };
    if (name === '' || name === '.') return { reason: `“${path}” is not a path.` };
    if (encoder.encode(name).length > NAME_MAX) return { reason: `A name has at most ${NAME_MAX} bytes.` };
  }
  return { path };
}

/** As `parsePath`, throwing `bad-path`. */
export function requirePath(input: string): string {
  const result = parsePath(input);
  if ('path' in result) return result.path;
  throw new JampotError('bad-path', result.reason);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Folder of a path, `''` for the project's root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Folders above a path, outermost first, without the root. */
export function ancestors(path: string): string[] {
  const result: string[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) result.push(path.slice(0, slash));
  return result;
}

/** Whether `path` is `folder` itself or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
