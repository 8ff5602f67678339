/** `fs.rmSync` (RmSync in src/node_file.cc). */
import type { FileSystem } from '../../fs/types.ts';
import type { Environment } from '../environment.ts';

const ENOTDIR = -20;
const EISDIR = -21;
const ENOENT = -2;

/** Removes a file, or a folder with all below it; 0 or -errno. */
export function remove(files: FileSystem, path: string): number {
  const result = files.unlink(path);
  if (result !== EISDIR) return result;
  const entries = files.readdir(path);
  if (typeof entries === 'number') return entries === ENOTDIR ? files.unlink(path) : entries;
  for (const { name } of entries) {
    const inner = remove(files, `${path}/${name}`);
    if (inner < 0 && inner !== ENOENT) return inner;
  }
  return files.rmdir(path);
}

export function removeTree(environment: Environment, path: string, recursive: boolean): void {
  const { files } = environment.system;
  const absolute = environment.system.resolve(path).replace(/(.)\/+$/, '$1');
  const out = new Float64Array(18);
  const found = files.lstat(absolute, out);
  // The library has dealt with `force` before it calls: a missing path is not an error here.
  if (found === ENOENT) return;
  if (found < 0) throw environment.uvException(found, 'rm', undefined, path);
  const isDirectory = ((out[1] ?? 0) & 0o170000) === 0o040000;
  if (isDirectory && !recursive)
    throw environment.codedError('Error', 'ERR_FS_EISDIR', `Path is a directory: rm returned EISDIR (is a directory) ${path}`);
  const result = remove(files, absolute);
  if (result < 0) throw environment.uvException(result, 'rm', undefined, path);
}
