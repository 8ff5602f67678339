/** A project on disk: its manifest, lockfile, workspaces, overrides, and the tree that these say. */
import { globToRegExp } from './workspace-pattern.ts';
import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import { type JsonFile, type Manifest, readManifest, readPackageFile, toManifest } from './manifest.ts';
import { type Lockfile, readLockfile, treeOfLockfile } from './lockfile.ts';
import { makeOverrides } from './overrides.ts';
import { join } from './paths.ts';
import { type OverrideLookup, Tree } from './tree.ts';

export interface Project {
  readonly path: string;
  /** package.json, or null when there is none. */
  readonly file: JsonFile | null;
  readonly manifest: Manifest;
  readonly lock: Lockfile | null;
  /** Name → folder relative to the project. */
  readonly workspaces: ReadonlyMap<string, string>;
  readonly override: OverrideLookup;
}

export function readProject(disk: Disk, path: string): Project {
  const file = readPackageFile(disk, path);
  const manifest = toManifest(file?.json);
  return {
    path,
    file,
    manifest,
    lock: readLockfile(disk, path),
    workspaces: findWorkspaces(disk, path, manifest.workspaces ?? []),
    override: makeOverrides(manifest),
  };
}

/** Tree of the lockfile, or of the bare manifest when there is none. */
export function projectTree(disk: Disk, project: Project, ignorePeers = false): Tree {
  const options = { workspaces: project.workspaces, override: project.override, ignorePeers };
  return project.lock === null
    ? new Tree(project.path, project.manifest, options)
    : treeOfLockfile(disk, project.path, project.manifest, project.lock, options);
}

function findWorkspaces(disk: Disk, path: string, patterns: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    const clean = pattern
      .replace(/^!/, '')
      .replace(/^\.?\//, '')
      .replace(/\/+$/, '');
    const matcher = globToRegExp(clean);
    if (negated) {
      for (const [name, folder] of found) if (matcher.test(folder)) found.delete(name);
      continue;
    }
    const depth = clean.includes('**') ? 8 : clean.split('/').length;
    for (const folder of foldersBelow(disk, path, '', depth)) {
      if (!matcher.test(folder)) continue;
      const pkg = readManifest(disk, join(path, folder));
      if (pkg === null) continue;
      const name = pkg.name ?? folder.slice(folder.lastIndexOf('/') + 1);
      const other = found.get(name);
      if (other !== undefined && other !== folder) {
        throw new InstallError(
          'EDUPLICATEWORKSPACE',
          `must not have multiple workspaces with the same name\npackage '${name}' has conflicts in the following paths:\n    ${join(path, other)}\n    ${join(path, folder)}`,
        );
      }
      found.set(name, folder);
    }
  }
  return new Map([...found].toSorted(([a], [b]) => a.localeCompare(b, 'en')));
}

function* foldersBelow(disk: Disk, root: string, folder: string, depth: number): Generator<string> {
  if (depth === 0) return;
  for (const entry of disk.list(join(root, folder))) {
    if (entry.type !== 2 || entry.name === 'node_modules' || entry.name === '.git') continue;
    const below = folder === '' ? entry.name : `${folder}/${entry.name}`;
    yield below;
    yield* foldersBelow(disk, root, below, depth - 1);
  }
}
