import ignore from 'ignore';
import { bytesOf, byteLength } from '../project/content.ts';
import { ancestors, baseName, folderOf, isWithin } from '../project/paths.ts';
import type { ProjectFiles } from '../project/project-files.ts';

/** Something that stays here when a project is shared or exported, unless the user ticks it. */
export interface LeftOut {
  /** A file, a link, or a folder with all that is in it. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** `secret`: a name like `.env`; `ignored`: a `.gitignore` names it. */
  readonly reason: 'secret' | 'ignored';
  /** Files and links. */
  readonly count: number;
  readonly bytes: number;
}

/** Files of environment variables hold keys and passwords; those that are named as examples do not. */
export function isSecret(path: string): boolean {
  // A folder may have such a name, too.
  return path
    .toLowerCase()
    .split('/')
    .some((name) => name.startsWith('.env') && !/\.(?:example|sample|template|dist)$/.test(name));
}

/** What is left out of a project, by path, sorted. A secret in an ignored folder is listed by itself: ticking the folder does not take it along. */
export function leftOut(project: ProjectFiles): LeftOut[] {
  const result = new Map<string, LeftOut>();
  const keeper = keeperOf(project);
  const add = (path: string, bytes: number, count: number): void => {
    const found = keeper(path);
    if (found === null) return;
    const before = result.get(found.path);
    result.set(found.path, { ...found, count: (before?.count ?? 0) + count, bytes: (before?.bytes ?? 0) + bytes });
  };
  for (const [path, content] of project.files) add(path, byteLength(content), 1);
  for (const [path, target] of project.links) add(path, byteLength(target), 1);
  for (const path of project.folders) add(path, 0, 0);
  return [...result.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The project without what is left out. @param ticked paths of `leftOut` that are taken along all the same */
export function withoutLeftOut(project: ProjectFiles, ticked: ReadonlySet<string>): ProjectFiles {
  const keeper = keeperOf(project);
  const isIn = (path: string): boolean => {
    const found = keeper(path);
    return found === null || ticked.has(found.path);
  };
  const files = new Map([...project.files].filter(([path]) => isIn(path)));
  const links = new Map([...project.links].filter(([path]) => isIn(path)));
  return {
    files,
    links,
    folders: new Set(
      [...project.folders].filter((path) => isIn(path) || [...files.keys(), ...links.keys()].some((one) => isWithin(one, path))),
    ),
    executables: new Set([...project.executables].filter((path) => files.has(path))),
  };
}

type Keeper = (path: string) => Pick<LeftOut, 'path' | 'kind' | 'reason'> | null;

/** Tells what keeps a path back, or null. */
function keeperOf({ files, folders }: ProjectFiles): Keeper {
  // One list for all of git's files: a rule of `docs/.gitignore` is one of the root about what is below docs/, and the later of two rules counts.
  const rules = ignore({ ignorecase: false });
  const lists = [...files.keys()].filter((path) => baseName(path) === '.gitignore').sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  for (const list of lists) {
    const text = new TextDecoder().decode(bytesOf(files.get(list) ?? ''));
    rules.add(text.split(/\r?\n/).map((line) => fromRoot(line, folderOf(list))));
  }
  const isIgnored = (path: string): boolean => rules.ignores(folders.has(path) ? `${path}/` : path);
  const known = new Map<string, string | null>();
  /** The outermost folder, or the path itself, that is ignored. */
  const outermost = (path: string): string | null => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const above = ancestors(path).at(-1);
    const found = (above === undefined ? null : outermost(above)) ?? (isIgnored(path) ? path : null);
    known.set(path, found);
    return found;
  };
  return (path) => {
    if (!folders.has(path) && isSecret(path)) return { path, kind: 'file', reason: 'secret' };
    const found = outermost(path);
    return found === null ? null : { path: found, kind: folders.has(found) ? 'folder' : 'file', reason: 'ignored' };
  };
}

function depth(path: string): number {
  return path.split('/').length;
}

/** A line of a `.gitignore` in a folder as one of the root's. */
function fromRoot(line: string, folder: string): string {
  if (folder === '' || line.trim() === '' || line.startsWith('#')) return line;
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  // A slash before the end ties the pattern to the folder; without one it is for names at any depth.
  const tied = pattern
    .replace(/(?<!\\)\s+$/, '')
    .replace(/\/$/, '')
    .includes('/');
  const place = `/${folder.replace(/[\\*?[\]!# ]/g, '\\$&')}`;
  return `${negated ? '!' : ''}${place}/${tied ? pattern.replace(/^\//, '') : `**/${pattern.replace(/^\\(?=[!#])/, '')}`}`;
}
