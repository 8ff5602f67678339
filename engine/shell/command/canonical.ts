import type { System } from '../../system/types.ts';
import { ENOENT } from '../errno.ts';
import { basename, dirname, join } from './paths.ts';

/** Canonical path, or -errno. `missing`: `none` may be missing, the `last` component may, or `all` may. */
export function canonical(system: System, path: string, missing: 'none' | 'last' | 'all'): string | number {
  if (path === '') return -ENOENT;
  const absolute = system.resolve(path);
  const found = system.files.realpath(absolute);
  if (typeof found === 'string' || missing === 'none' || found !== -ENOENT) return found;
  const trimmed = absolute.replace(/(.)\/+$/, '$1');
  const target = system.files.readlink(trimmed);
  if (typeof target === 'string') return canonical(system, target.startsWith('/') ? target : join(dirname(trimmed), target), missing);
  const parent = canonical(system, dirname(trimmed), missing === 'all' ? 'all' : 'none');
  if (typeof parent === 'number') return parent;
  const name = basename(trimmed);
  if (name === '..') return dirname(parent);
  return name === '.' ? parent : join(parent, name);
}
