/** Paths of WASI programs: relative to a descriptor, and kept inside of it (uvwasi's src/path_resolver.c). */
import type { System } from '../../system/types.ts';
import type { Descriptor } from './descriptors.ts';
import { EINVAL, ELOOP, ENOTCAPABLE, fail, wasiErrno } from './errno.ts';

const MAX_LINKS = 32;
const ENOENT = -2;
const LINUX_EINVAL = -22;

/** Without `.`, repeated slashes and `name/..`; a slash at the end stays. What is left of nothing is `.` or `/`. */
export function normalizePath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const last = parts.at(-1);
    if (part !== '..') parts.push(part);
    else if (last === undefined ? !isAbsolute : last === '..') parts.push(part);
    else parts.pop();
  }
  const joined = (isAbsolute ? '/' : '') + parts.join('/');
  if (joined === '') return path.endsWith('/') ? './' : '.';
  return path.endsWith('/') && !joined.endsWith('/') ? `${joined}/` : joined;
}

const leavesUpwards = (path: string): boolean => path === '..' || path.startsWith('../');
const isHere = (path: string): boolean => path === '.' || path === './';

/** Whether a normalized path lies below that of a descriptor. */
function isInside(path: string, base: string): boolean {
  if (base.startsWith('/')) return path.startsWith(base);
  if (isHere(base)) return !leavesUpwards(path);
  if (!path.startsWith(base)) return false;
  return !leavesUpwards(path.slice(base.length).replace(/^\//, ''));
}

/** Absolute path outside of what a program calls `path` (normalized, inside of the descriptor). */
function hostPath({ realPath, normalizedPath }: Descriptor, path: string): string {
  const rest = isHere(normalizedPath) ? path : path.slice(normalizedPath.length);
  if (rest === '' || rest === '/') return realPath;
  return rest.startsWith('/') ? realPath + rest : `${realPath}/${rest}`;
}

/**
 * Absolute path of the engine for a program's `path` below a descriptor. With `isFollowing` the last part's links are followed, and each must stay inside.
 * @throws WasiError ENOTCAPABLE the path is absolute or leads out; EINVAL it is empty or has a NUL; ELOOP
 */
export function resolvePath(system: System, descriptor: Descriptor, path: string, isFollowing: boolean): string {
  if (path.startsWith('/')) fail(ENOTCAPABLE);
  let input = path;
  for (let links = 0; ;) {
    // One NUL at the end is C's.
    const name = input.replace(/(?<=[^])\0$/, '');
    if (name === '' || name.includes('\0')) fail(EINVAL);
    const normalized = normalizePath(name.startsWith('/') ? name : `${descriptor.normalizedPath}/${name}`);
    if (!isInside(normalized, descriptor.normalizedPath)) fail(ENOTCAPABLE);
    const absolute = hostPath(descriptor, normalized);
    if (!isFollowing) return absolute;
    const target = system.files.readlink(absolute);
    if (typeof target === 'number') return target === LINUX_EINVAL || target === ENOENT ? absolute : fail(wasiErrno(target));
    if (++links >= MAX_LINKS) fail(ELOOP);
    input = target.startsWith('/') ? target : `${normalized}/../${target}`;
  }
}
