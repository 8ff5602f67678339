import { JampotError } from '../errors/problem.ts';
import { bytesOf, contentFromBytes } from '../project/content.ts';
import { targetProblem } from '../project/links.ts';
import { ancestors, baseName, folderOf, isWithin, joinPath, parsePath } from '../project/paths.ts';
import { isScript, type ProjectFiles } from '../project/project-files.ts';
import type { Project } from '../project/project.ts';
import { readAttributes, setExecutable } from './attributes.ts';
import type { Engine } from './engine.ts';

/** Bytes. */
export const LARGEST_FILE = 16 * 1024 * 1024;
export const MOST_FILES = 20_000;

/** Takes a symlink of the engine over unless the project cannot have it. */
export function takeLink(project: Project, path: string, target: string, onSkipped?: (path: string, reason: string) => void): void {
  const { paths, folders, links } = project.store.getState();
  const problem = targetProblem(target);
  try {
    if (problem !== null) throw new JampotError('bad-link', problem);
    if (links.get(path) !== target && (paths.has(path) || folders.has(path))) project.remove(path, 'engine');
    project.link(path, target, 'engine');
  } catch (error) {
    if (!(error instanceof JampotError)) throw error;
    onSkipped?.(path, error.message);
  }
}

type Kind = 'file' | 'folder' | 'special';

/** All paths of the engine that the project may take, sorted. */
async function listEngine(engine: Engine, ignores: (path: string) => boolean): Promise<ReadonlyMap<string, Kind>> {
  const result = new Map<string, Kind>();
  const walk = async (folder: string): Promise<void> => {
    const entries = await engine.fs.readdir(folder === '' ? '.' : folder, { withFileTypes: true });
    await Promise.all(
      entries.map(async (entry) => {
        const parsed = parsePath(joinPath(folder, entry.name));
        if (!('path' in parsed) || ignores(parsed.path) || result.size >= MOST_FILES) return;
        result.set(parsed.path, entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'special');
        if (entry.isDirectory()) await walk(parsed.path);
      }),
    );
  };
  await walk('');
  return new Map([...result].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Makes the engine's files equal to the project's before the sync starts: removes what was removed while the engine was away, mounts the project,
 * and takes over files that only the engine has (made in its terminal moments before the tab was closed). The project wins where both have a file.
 * Returns the paths that the user changed meanwhile: `startSync` has to know of them, or the engine's older content would come back over the edit.
 */
export async function reconcile(
  project: Project,
  engine: Engine,
  options: { readonly ignores: (path: string) => boolean; readonly removed: readonly string[] },
): Promise<string[]> {
  const changed = new Set<string>();
  const stop = project.onChange((change, origin) => {
    if (origin === 'engine') return;
    if (change.kind !== 'remove' && change.kind !== 'rename') {
      changed.add(change.path);
      return;
    }
    for (const path of [...change.files, ...change.folders]) changed.add(path);
    if (change.kind !== 'rename') return;
    const { paths, folders } = project.store.getState();
    for (const path of [...folders, ...paths]) if (isWithin(path, change.to)) changed.add(path);
  });
  try {
    await equalize(project, engine, options, changed);
  } finally {
    stop();
  }
  return [...changed];
}

async function equalize(
  project: Project,
  engine: Engine,
  options: { readonly ignores: (path: string) => boolean; readonly removed: readonly string[] },
  changed: ReadonlySet<string>,
): Promise<void> {
  for (const path of options.removed) await engine.fs.rm(path, { recursive: true, force: true });
  const listed = await listEngine(engine, options.ignores);
  const mounted = project.store.getState();
  // A mount goes through links, and over files only.
  for (const [path, kind] of listed) {
    const wanted: Kind | null = mounted.files.has(path)
      ? 'file'
      : mounted.folders.has(path)
        ? 'folder'
        : mounted.links.has(path)
          ? 'special'
          : null;
    if (wanted !== null && wanted !== kind) await engine.fs.rm(path, { recursive: true, force: true });
  }
  await engine.mount(mountTree(mounted));
  // Of what it mounts, the engine makes executable what begins with `#!`.
  const scripts = [...mounted.files].filter(([path, content]) => isScript(content) && !mounted.executables.has(path)).map(([path]) => path);
  await setExecutable(engine, [...mounted.executables], true);
  await setExecutable(engine, scripts, false);
  const special: string[] = [];
  for (const [path, kind] of listed) {
    const state = project.store.getState();
    const isKnown = (name: string): boolean => state.paths.has(name) || changed.has(name);
    if (isKnown(path) || state.folders.has(path) || ancestors(path).some((folder) => state.paths.has(folder))) continue;
    if (kind === 'folder') {
      project.mkdir(path, 'engine');
      continue;
    }
    special.push(path);
    if (kind === 'special') continue;
    const bytes = new Uint8Array(await engine.fs.readFile(path));
    if (bytes.length <= LARGEST_FILE && !changed.has(path)) project.write(path, contentFromBytes(bytes), 'engine');
  }
  for (const [path, attributes] of await readAttributes(engine, special)) {
    if (changed.has(path)) continue;
    if ('target' in attributes) takeLink(project, path, attributes.target);
    else if (project.store.getState().files.has(path)) project.setExecutable(path, attributes.executable, 'engine');
  }
}

type Tree = Parameters<Engine['mount']>[0] & object;

function mountTree({ files, folders, links }: ProjectFiles): Tree {
  interface Folder {
    [name: string]: { directory: Folder } | { file: { contents: string | Uint8Array } | { symlink: string } };
  }
  // Names come from archives and the engine: no prototype to run into.
  const root: Folder = Object.create(null);
  const enter = (path: string): Folder => {
    let folder = root;
    if (path === '') return root;
    for (const name of path.split('/')) {
      const node = (folder[name] ??= { directory: Object.create(null) as Folder });
      if (!('directory' in node)) throw new Error(`“${path}” is a file and a folder`);
      folder = node.directory;
    }
    return folder;
  };
  for (const folder of folders) enter(folder);
  for (const [path, content] of files)
    enter(folderOf(path))[baseName(path)] = { file: { contents: typeof content === 'string' ? content : bytesOf(content) } };
  for (const [path, target] of links) enter(folderOf(path))[baseName(path)] = { file: { symlink: target } };
  return root as Tree;
}
