/** What `WebContainer.export` collects: a folder of the file system as a tree, without what is excluded. */
import picomatch from 'picomatch/posix';
import type { FileSystem } from '../fs/types.ts';
import { SystemCallError } from './errors.ts';
import type { TreeNode } from './file-tree.ts';

const SYMLINK = 3;
const DIRECTORY = 2;
const FILE = 1;

export interface ExportFilter {
  /** Globs of files to take although they are in excluded folders. */
  readonly includes: readonly string[];
  /** Globs of files and folders to leave out; all relative to the exported path. */
  readonly excludes: readonly string[];
}

/** @throws {SystemCallError} when the path cannot be read. `shown` is the path for messages. */
export function readTree(files: FileSystem, path: string, shown: string, filter: ExportFilter): TreeNode {
  const isExcluded = matcher(filter.excludes);
  const isIncluded = matcher(filter.includes);
  const hasIncludes = filter.includes.length > 0;

  function directory(absolute: string, relative: string, isInExcluded: boolean): TreeNode | null {
    const list = files.readdir(absolute);
    if (typeof list === 'number') throw new SystemCallError(list, 'scandir', relative === '' ? shown : relative);
    const entries = new Map<string, TreeNode>();
    for (const { name, type } of list.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = relative === '' ? name : `${relative}/${name}`;
      const isOut = isInExcluded || isExcluded(inside);
      if (isOut && !hasIncludes) continue;
      const node =
        type === DIRECTORY
          ? directory(`${absolute}/${name}`, inside, isOut)
          : isOut && !isIncluded(inside)
            ? null
            : leaf(`${absolute}/${name}`, inside, type);
      if (node !== null) entries.set(name, node);
    }
    // A folder that was excluded comes back only for what was included in it.
    return isInExcluded && entries.size === 0 ? null : { kind: 'directory', entries };
  }

  function leaf(absolute: string, relative: string, type: number): TreeNode | null {
    if (type === SYMLINK) {
      const target = files.readlink(absolute);
      if (typeof target === 'number') throw new SystemCallError(target, 'readlink', relative);
      return { kind: 'symlink', target };
    }
    // Sockets and devices have no contents to export.
    if (type !== FILE) return null;
    const contents = files.readFile(absolute);
    if (typeof contents === 'number') throw new SystemCallError(contents, 'open', relative);
    return { kind: 'file', contents };
  }

  const kind = files.kind(path);
  if (kind < 0) throw new SystemCallError(kind, 'stat', shown);
  const node = kind === 1 ? directory(path === '/' ? '' : path, '', false) : leaf(path, shown, FILE);
  return node ?? { kind: 'directory', entries: new Map() };
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const match = picomatch(
    globs.map((glob) => glob.replace(/^\.?\//, '').replace(/\/$/, '')),
    { dot: true },
  );
  return (path) => match(path);
}
