import type { System } from '../../system/types.ts';
import { join } from './paths.ts';
import { isDirectory, lstat } from './stat.ts';

/** Removes a file or a whole directory. `onError` hears of each failure; `onRemoved` of each success. Returns whether all of it is gone. */
export function removeTree(
  system: System,
  path: string,
  onError: (path: string, result: number) => void,
  onRemoved: (path: string, directory: boolean) => void = () => undefined,
): boolean {
  const found = lstat(system, path);
  if (typeof found === 'number') {
    onError(path, found);
    return false;
  }
  const absolute = system.resolve(path);
  if (!isDirectory(found)) {
    const result = system.files.unlink(absolute);
    if (result < 0) onError(path, result);
    else onRemoved(path, false);
    return result >= 0;
  }
  const entries = system.files.readdir(absolute);
  if (typeof entries === 'number') {
    onError(path, entries);
    return false;
  }
  let complete = true;
  for (const entry of entries) complete = removeTree(system, join(path, entry.name), onError, onRemoved) && complete;
  if (!complete) return false;
  const result = system.files.rmdir(absolute);
  if (result < 0) onError(path, result);
  else onRemoved(path, true);
  return result >= 0;
}
