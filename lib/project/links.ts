import { ancestors, folderOf, joinPath } from './paths.ts';

/** As Linux's MAXSYMLINKS. */
const MOST_HOPS = 40;
/** UTF-8 bytes, as of a path. */
const LONGEST_TARGET = 1024;

/** Why a project cannot have a symlink with this target, whatever other links there are; null when it can. */
export function targetProblem(target: string): string | null {
  if (target === '') return 'A link needs a target.';
  if (target.startsWith('/') || /^[A-Za-z]:/.test(target)) return 'The link points outside of the project.';
  if (target.includes('\\')) return 'A link’s target cannot contain a backslash.';
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(target)) return 'A link’s target cannot contain control characters.';
  if (new TextEncoder().encode(target).length > LONGEST_TARGET) return `A link’s target has at most ${LONGEST_TARGET} bytes.`;
  return null;
}

/**
 * Why each link that a project cannot have cannot be in it, by path. A link is followed as Linux does, through other links: `..` behind one leads to where its
 * target lies, so that two links that look harmless may lead outside together.
 */
export function linkProblems(links: ReadonlyMap<string, string>): Map<string, string> {
  const result = new Map<string, string>();
  for (const [path, target] of links) {
    const above = ancestors(path).find((folder) => links.has(folder));
    const problem = targetProblem(target) ?? (above === undefined ? null : `“${above}” is a link, so nothing can be in it.`);
    if (problem !== null) result.set(path, problem);
    else if (follow(path, links) === 'outside') result.set(path, 'The link points outside of the project.');
  }
  return result;
}

/** The path that a link leads to in the end, `''` for the root; null when it leads outside or around in circles. There may be nothing. */
export function linkDestination(path: string, links: ReadonlyMap<string, string>): string | null {
  const end = follow(path, links);
  return typeof end === 'string' ? null : end.path;
}

function follow(path: string, links: ReadonlyMap<string, string>): { readonly path: string } | 'outside' | 'circle' {
  const rest = [...(links.get(path) ?? '').split('/')];
  let at = folderOf(path);
  let hops = 1;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at === '') return 'outside';
      at = folderOf(at);
      continue;
    }
    const next = joinPath(at, name);
    const target = links.get(next);
    if (target === undefined) {
      at = next;
      continue;
    }
    if (target.startsWith('/')) return 'outside';
    hops += 1;
    if (hops > MOST_HOPS) return 'circle';
    rest.unshift(...target.split('/'));
  }
  return { path: at };
}
