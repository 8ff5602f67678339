import type { System } from '../../system/types.ts';
import { EACCES, ENOENT } from '../errno.ts';
import { X_OK } from '../open-flags.ts';

/** PATH of a shell that is given none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where a command's file is: a path, or -ENOENT, or -EACCES when all that was found cannot be run. */
export function findExecutable(system: System, name: string, path: string): string | number {
  let failure = -ENOENT;
  for (const directory of path.split(':')) {
    const candidate = directory === '' ? `./${name}` : `${directory.replace(/\/+$/, '')}/${name}`;
    const absolute = system.resolve(candidate);
    if (system.files.kind(absolute) !== 0) continue;
    if (system.files.access(absolute, X_OK) === 0) return candidate;
    failure = -EACCES;
  }
  return failure;
}

/** Names of all executables on a PATH, for completion. */
export function executableNames(system: System, path: string): Set<string> {
  const names = new Set<string>();
  for (const directory of path.split(':')) {
    const absolute = system.resolve(directory === '' ? '.' : directory);
    const entries = system.files.readdir(absolute);
    if (typeof entries === 'number') continue;
    for (const entry of entries) {
      const file = `${absolute}/${entry.name}`;
      if (entry.type !== 2 && system.files.kind(file) === 0 && system.files.access(file, X_OK) === 0) names.add(entry.name);
    }
  }
  return names;
}
