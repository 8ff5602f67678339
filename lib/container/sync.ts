import { bytesOf, contentFromBytes, sameContent } from '../project/content.ts';
import { ancestors, isWithin, joinPath, parsePath } from '../project/paths.ts';
import type { Change, Project } from '../project/project.ts';
import type { Engine } from './engine.ts';

/**
 * Keeps the project's files and the engine's files equal while the engine runs.
 *
 * Rules:
 * - A change made in the IDE goes to the engine within `delay` ms; while it is on its way, what the engine says about that path does not count:
 *   **the editor wins**, and the file is looked at again once the write has arrived.
 * - A change that the engine reports is read back and taken over, unless the path is ignored, too large, or changed in the IDE while it was read.
 * - A write that the engine refused (its disk is full) leaves the path the editor's, whatever the engine has of it by then, and is tried again
 *   when the engine has taken another.
 * - All traffic of one path is one after the other, so that a write never overtakes an older one.
 * - Everything that comes from the engine is checked: paths by `parsePath`, sizes by the limits below.
 */
export interface Sync {
  /** Resolves when every change made so far has reached the engine. */
  settled(): Promise<void>;
  dispose(): void;
}

export interface SyncOptions {
  /** Whether a path stays in the engine (packages, build output, caches). */
  readonly ignores: (path: string) => boolean;
  /** Paths that changed in the project while the engine's files were being made equal (`reconcile`): they go first. */
  readonly pending?: readonly string[];
  /** Milliseconds between an edit and its write to the engine; edits in between go together. */
  readonly delay?: number;
  /** The engine has done what the project removed. */
  readonly onRemoved?: (paths: readonly string[]) => void;
  readonly onError: (error: unknown, path: string) => void;
  /** Everything that the engine had refused has arrived. */
  readonly onRecovered?: () => void;
  /** A file of the engine that is not taken into the project, and why. */
  readonly onSkipped?: (path: string, reason: string) => void;
}

const LARGEST_FILE = 16 * 1024 * 1024;
const MOST_FILES = 20_000;

export function startSync(project: Project, engine: Engine, options: SyncOptions): Sync {
  const delay = options.delay ?? 50;
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const queues = new Map<string, Promise<void>>();
  const outgoing = new Map<string, number>();
  /** Paths whose newest content the engine has refused. */
  const refused = new Set<string>();
  let disposed = false;

  /** Runs jobs of one path one after the other. */
  const enqueue = (path: string, job: () => Promise<void>): Promise<void> => {
    const next = (queues.get(path) ?? Promise.resolve()).then(async () => {
      if (disposed) return;
      try {
        await job();
      } catch (error) {
        if (!disposed) options.onError(error, path);
      }
    });
    queues.set(path, next);
    void next.then(() => {
      if (queues.get(path) === next) queues.delete(path);
    });
    return next;
  };

  const push = (path: string): void => {
    outgoing.set(path, (outgoing.get(path) ?? 0) + 1);
    void enqueue(path, async () => {
      try {
        await writeThrough(path);
        arrived(path);
      } catch (error) {
        refused.add(path);
        throw error;
      } finally {
        const left = (outgoing.get(path) ?? 1) - 1;
        if (left === 0) outgoing.delete(path);
        else outgoing.set(path, left);
      }
    });
  };

  const arrived = (path: string): void => {
    if (refused.size === 0) return;
    refused.delete(path);
    if (refused.size === 0) return options.onRecovered?.();
    for (const other of refused) if (!outgoing.has(other)) push(other);
  };

  const writeThrough = async (path: string): Promise<void> => {
    const { files, folders } = project.store.getState();
    const content = files.get(path);
    if (content !== undefined) {
      const above = ancestors(path).at(-1);
      if (above !== undefined) await engine.fs.mkdir(above, { recursive: true });
      await engine.fs.writeFile(path, content);
    } else if (folders.has(path)) {
      await engine.fs.mkdir(path, { recursive: true });
    } else {
      await engine.fs.rm(path, { recursive: true, force: true });
      options.onRemoved?.([path]);
    }
  };

  const schedule = (path: string): void => {
    if (options.ignores(path) || waiting.has(path)) return;
    waiting.set(
      path,
      setTimeout(() => {
        waiting.delete(path);
        push(path);
      }, delay),
    );
  };
  /** Structure changes go at once: they are rare and the next one may depend on them. */
  const pushNow = (path: string): void => {
    if (options.ignores(path)) return;
    clearTimeout(waiting.get(path));
    waiting.delete(path);
    push(path);
  };

  const stopProject = project.onChange((change: Change, origin) => {
    if (origin === 'engine') return;
    if (change.kind === 'write') {
      schedule(change.path);
    } else if (change.kind === 'mkdir') {
      pushNow(change.path);
    } else {
      // What was below is gone with it; a pending write of it must not bring it back.
      const gone = change.kind === 'remove' ? change.path : change.from;
      for (const path of waiting.keys()) {
        if (!isWithin(path, gone)) continue;
        clearTimeout(waiting.get(path));
        waiting.delete(path);
      }
      for (const path of refused) if (isWithin(path, gone)) refused.delete(path);
      const below = [...queues].filter(([path]) => path !== gone && isWithin(path, gone)).map(([, queue]) => queue);
      outgoing.set(gone, (outgoing.get(gone) ?? 0) + 1);
      void enqueue(gone, async () => {
        await Promise.all(below);
        outgoing.set(gone, (outgoing.get(gone) ?? 1) - 1);
        if (outgoing.get(gone) === 0) outgoing.delete(gone);
        await writeThrough(gone);
        options.onRemoved?.([...change.files, ...change.folders]);
      });
      if (change.kind === 'rename') {
        const { files, folders } = project.store.getState();
        for (const path of [...folders, ...files.keys()]) if (isWithin(path, change.to)) pushNow(path);
      }
    }
  });

  for (const path of options.pending ?? []) pushNow(path);

  const busy = (path: string): boolean =>
    [...waiting.keys(), ...outgoing.keys(), ...refused].some((other) => other === path || isWithin(path, other) || isWithin(other, path));

  /** Reads what the engine has at `path` and takes it over. */
  const pull = (path: string): Promise<void> =>
    enqueue(path, async () => {
      if (busy(path)) return;
      const before = project.store.getState().files.get(path);
      const found = await look(engine, path);
      // Changed in the IDE while we were looking: its write is on its way and wins.
      if (busy(path) || project.store.getState().files.get(path) !== before) return;
      if (found === 'missing') {
        project.remove(path, 'engine');
      } else if (found === 'folder') {
        if (project.store.getState().files.has(path)) project.remove(path, 'engine');
        project.mkdir(path, 'engine');
        await pullFolder(path);
      } else {
        takeFile(path, found);
      }
    });

  const takeFile = (path: string, bytes: Uint8Array<ArrayBuffer>): void => {
    const { files, folders } = project.store.getState();
    if (bytes.length > LARGEST_FILE) {
      options.onSkipped?.(path, `It has ${bytes.length} bytes; the project takes files up to ${LARGEST_FILE}.`);
      return;
    }
    if (!files.has(path) && files.size >= MOST_FILES) {
      options.onSkipped?.(path, `The project has ${files.size} files, as many as it can take.`);
      return;
    }
    if (folders.has(path)) project.remove(path, 'engine');
    const content = contentFromBytes(bytes);
    if (!sameContent(files.get(path), content)) project.write(path, content, 'engine');
  };

  /** A folder that appeared may hold files that were made before the watcher saw it. */
  const pullFolder = async (folder: string): Promise<void> => {
    for (const name of await engine.fs.readdir(folder === '' ? '.' : folder)) {
      const path = checked(joinPath(folder, name));
      if (path !== null && !project.store.getState().files.has(path) && !project.store.getState().folders.has(path)) void pull(path);
    }
  };

  const checked = (name: string): string | null => {
    const result = parsePath(name);
    return 'path' in result && !options.ignores(result.path) ? result.path : null;
  };

  const reported = new Map<string, ReturnType<typeof setTimeout>>();
  const watcher = engine.fs.watch('.', { recursive: true }, (_event, filename) => {
    const path = checked(typeof filename === 'string' ? filename : new TextDecoder().decode(filename));
    if (path === null || reported.has(path)) return;
    // Editors and tools write a file in several steps: look once they are through.
    reported.set(
      path,
      setTimeout(() => {
        reported.delete(path);
        if (!disposed) void pull(path);
      }, 30),
    );
  });

  return {
    async settled() {
      for (const path of [...waiting.keys()]) pushNow(path);
      while (queues.size > 0) await Promise.all(queues.values());
    },
    dispose() {
      disposed = true;
      stopProject();
      watcher.close();
      for (const timer of [...waiting.values(), ...reported.values()]) clearTimeout(timer);
    },
  };
}

type Found = 'missing' | 'folder' | Uint8Array<ArrayBuffer>;

/** The protocol has no stat: reading tells what a path is. */
async function look(engine: Engine, path: string): Promise<Found> {
  try {
    const bytes = await engine.fs.readFile(path);
    return new Uint8Array(bytes);
  } catch (error) {
    const text = String(error);
    if (text.includes('ENOENT') || text.includes('ENOTDIR')) return 'missing';
    if (text.includes('EISDIR')) return 'folder';
    throw error;
  }
}

/** All paths of the engine that the project may take, folders with a trailing slash. */
export async function listEngine(engine: Engine, ignores: (path: string) => boolean): Promise<string[]> {
  const result: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await engine.fs.readdir(folder === '' ? '.' : folder, { withFileTypes: true });
    await Promise.all(
      entries.map(async (entry) => {
        const parsed = parsePath(joinPath(folder, entry.name));
        if (!('path' in parsed) || ignores(parsed.path) || result.length >= MOST_FILES) return;
        result.push(entry.isDirectory() ? `${parsed.path}/` : parsed.path);
        if (entry.isDirectory()) await walk(parsed.path);
      }),
    );
  };
  await walk('');
  return result.sort();
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
    if (change.kind === 'write' || change.kind === 'mkdir') {
      changed.add(change.path);
      return;
    }
    for (const path of [...change.files, ...change.folders]) changed.add(path);
    if (change.kind !== 'rename') return;
    const { files, folders } = project.store.getState();
    for (const path of [...folders, ...files.keys()]) if (isWithin(path, change.to)) changed.add(path);
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
  const { files, folders } = project.store.getState();
  await engine.mount(mountTree(files, folders));
  for (const entry of await listEngine(engine, options.ignores)) {
    const path = entry.replace(/\/$/, '');
    const state = project.store.getState();
    if (state.files.has(path) || state.folders.has(path) || changed.has(path)) continue;
    if (entry.endsWith('/')) {
      project.mkdir(path, 'engine');
      continue;
    }
    const bytes = new Uint8Array(await engine.fs.readFile(path));
    if (bytes.length <= LARGEST_FILE && !changed.has(path)) project.write(path, contentFromBytes(bytes), 'engine');
  }
}

type Tree = Parameters<Engine['mount']>[0] & object;

function mountTree(files: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>, folders: ReadonlySet<string>): Tree {
  interface Folder {
    [name: string]: { directory: Folder } | { file: { contents: string | Uint8Array } };
  }
  // Names come from archives and the engine: no prototype to run into.
  const root: Folder = Object.create(null);
  const enter = (path: string): Folder => {
    let folder = root;
    for (const name of path.split('/')) {
      const node = (folder[name] ??= { directory: Object.create(null) as Folder });
      if (!('directory' in node)) throw new Error(`“${path}” is a file and a folder`);
      folder = node.directory;
    }
    return folder;
  };
  for (const folder of folders) enter(folder);
  for (const [path, content] of files) {
    const slash = path.lastIndexOf('/');
    const folder = slash === -1 ? root : enter(path.slice(0, slash));
    folder[path.slice(slash + 1)] = { file: { contents: typeof content === 'string' ? content : bytesOf(content) } };
  }
  return root as Tree;
}
