import { contentFromBytes, sameContent } from '../project/content.ts';
import { ancestors, baseName, folderOf, isWithin, joinPath, parsePath } from '../project/paths.ts';
import type { Change, Project } from '../project/project.ts';
import { makeLink, readAttributes, setExecutable, type Attributes } from './attributes.ts';
import type { Engine } from './engine.ts';
import { LARGEST_FILE, MOST_FILES, takeLink } from './reconcile.ts';

/**
 * Keeps the project's files and the engine's files equal while the engine runs.
 *
 * Rules:
 * - A change made in the IDE goes to the engine at once, or `delay` ms after the path's last; while it is on its way, what the engine says about that path does not count:
 *   **the editor wins**, and the file is looked at again once the write has arrived.
 * - A change that the engine reports is read back and taken over, unless the path is ignored, too large, or changed in the IDE while it was read.
 * - A write that the engine refused (its disk is full) leaves the path the editor's, whatever the engine has of it by then, and is tried again
 *   when the engine has taken another.
 * - All traffic of one path is one after the other, so that a write never overtakes an older one.
 * - What was reported and not written from here is asked for its mode, and a symlink for its target, some at a time: the protocol has no stat.
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
  /** Milliseconds between two writes of a path to the engine; edits in between go together. */
  readonly delay?: number;
  /** The engine has done what the project removed. */
  readonly onRemoved?: (paths: readonly string[]) => void;
  readonly onError: (error: unknown, path: string) => void;
  /** Everything that the engine had refused has arrived. */
  readonly onRecovered?: () => void;
  /** A file of the engine that is not taken into the project, and why. */
  readonly onSkipped?: (path: string, reason: string) => void;
}

/** Milliseconds in which reports are gathered before the engine is asked for modes and links. */
const GATHERING = 150;
/** Milliseconds after a write in which a report of the same content is its echo. */
const ECHO = 2000;

export function startSync(project: Project, engine: Engine, options: SyncOptions): Sync {
  const delay = options.delay ?? 50;
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const queues = new Map<string, Promise<void>>();
  const outgoing = new Map<string, number>();
  /** Paths whose newest content the engine has refused. */
  const refused = new Set<string>();
  /** What the engine is known to have: a new file is not executable, an old one keeps its mode when it is written. */
  const engineExecutables = new Set(project.store.getState().executables);
  const engineLinks = new Set(project.store.getState().links.keys());
  /** When a path was written last, by `performance.now()`. */
  const written = new Map<string, number>();
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
    const { files, folders, links, executables } = project.store.getState();
    const content = files.get(path);
    const target = links.get(path);
    written.set(path, performance.now());
    if (content !== undefined) {
      const above = ancestors(path).at(-1);
      if (above !== undefined) await engine.fs.mkdir(above, { recursive: true });
      // It would be written through the link, to another file.
      if (engineLinks.delete(path)) await engine.fs.rm(path, { force: true });
      await engine.fs.writeFile(path, content);
      const executable = executables.has(path);
      if (engineExecutables.has(path) !== executable) {
        await setExecutable(engine, [path], executable);
        if (executable) engineExecutables.add(path);
        else engineExecutables.delete(path);
      }
    } else if (target !== undefined) {
      await makeLink(engine, path, target);
      engineLinks.add(path);
      engineExecutables.delete(path);
    } else if (folders.has(path)) {
      await engine.fs.mkdir(path, { recursive: true });
    } else {
      await engine.fs.rm(path, { recursive: true, force: true });
      forget(path);
      options.onRemoved?.([path]);
    }
  };
  /** The engine has nothing there any more. */
  const forget = (gone: string): void => {
    for (const known of [engineExecutables, engineLinks]) for (const path of known) if (isWithin(path, gone)) known.delete(path);
  };

  const schedule = (path: string): void => {
    if (options.ignores(path) || waiting.has(path)) return;
    const since = performance.now() - (written.get(path) ?? -Infinity);
    waiting.set(
      path,
      setTimeout(
        () => {
          waiting.delete(path);
          push(path);
        },
        Math.max(0, delay - since),
      ),
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
    } else if (change.kind === 'mkdir' || change.kind === 'link' || change.kind === 'mode') {
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
        const { paths, folders } = project.store.getState();
        for (const path of [...folders, ...paths]) if (isWithin(path, change.to)) pushNow(path);
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
        forget(path);
        project.remove(path, 'engine');
      } else if (found === 'special') {
        askFor(path);
      } else if (found === 'folder') {
        forget(path);
        if (project.store.getState().paths.has(path)) project.remove(path, 'engine');
        project.mkdir(path, 'engine');
        await pullFolder(path);
      } else {
        engineLinks.delete(path);
        const isEcho = takeFile(path, found) === 'same' && performance.now() - (written.get(path) ?? -Infinity) < ECHO;
        if (!isEcho) askFor(path);
      }
    });

  /** Paths whose mode or target is asked for next. */
  const asked = new Set<string>();
  let asking: ReturnType<typeof setTimeout> | undefined;
  let answered: Promise<void> = Promise.resolve();
  const askFor = (path: string): void => {
    asked.add(path);
    asking ??= setTimeout(() => void askNow(), GATHERING);
  };
  const askNow = (): Promise<void> => {
    clearTimeout(asking);
    asking = undefined;
    const paths = [...asked];
    asked.clear();
    if (paths.length === 0) return answered;
    answered = answered.then(async () => {
      try {
        const found = await readAttributes(engine, paths);
        if (!disposed) for (const [path, attributes] of found) takeAttributes(path, attributes);
      } catch (error) {
        if (!disposed) options.onError(error, paths[0] ?? '');
      }
    });
    return answered;
  };

  const takeAttributes = (path: string, attributes: Attributes): void => {
    if (busy(path)) return;
    const { files } = project.store.getState();
    if ('executable' in attributes) {
      if (attributes.executable) engineExecutables.add(path);
      else engineExecutables.delete(path);
      if (files.has(path)) project.setExecutable(path, attributes.executable, 'engine');
      return;
    }
    engineLinks.add(path);
    takeLink(project, path, attributes.target, options.onSkipped);
  };

  const takeFile = (path: string, bytes: Uint8Array<ArrayBuffer>): 'taken' | 'same' | 'skipped' => {
    const { files, folders, links } = project.store.getState();
    if (bytes.length > LARGEST_FILE) {
      options.onSkipped?.(path, `It has ${bytes.length} bytes; the project takes files up to ${LARGEST_FILE}.`);
      return 'skipped';
    }
    if (!files.has(path) && files.size >= MOST_FILES) {
      options.onSkipped?.(path, `The project has ${files.size} files, as many as it can take.`);
      return 'skipped';
    }
    if (folders.has(path) || links.has(path)) project.remove(path, 'engine');
    const content = contentFromBytes(bytes);
    if (sameContent(files.get(path), content)) return 'same';
    project.write(path, content, 'engine');
    return 'taken';
  };

  /** A folder that appeared may hold files that were made before the watcher saw it. */
  const pullFolder = async (folder: string): Promise<void> => {
    for (const name of await engine.fs.readdir(folder === '' ? '.' : folder)) {
      const path = checked(joinPath(folder, name));
      if (path !== null && !project.store.getState().paths.has(path) && !project.store.getState().folders.has(path)) void pull(path);
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
      await askNow();
    },
    dispose() {
      disposed = true;
      stopProject();
      watcher.close();
      clearTimeout(asking);
      for (const timer of [...waiting.values(), ...reported.values()]) clearTimeout(timer);
    },
  };
}

/** `special`: a symlink, or what has no content. */
type Found = 'missing' | 'folder' | 'special' | Uint8Array<ArrayBuffer>;

/** The protocol has no stat: the entry of the folder above and reading tell what a path is. */
async function look(engine: Engine, path: string): Promise<Found> {
  try {
    const entries = await engine.fs.readdir(folderOf(path) || '.', { withFileTypes: true });
    const entry = entries.find(({ name }) => name === baseName(path));
    if (entry === undefined) return 'missing';
    if (!entry.isFile() && !entry.isDirectory()) return 'special';
    const bytes = await engine.fs.readFile(path);
    return new Uint8Array(bytes);
  } catch (error) {
    const text = String(error);
    if (text.includes('ENOENT') || text.includes('ENOTDIR')) return 'missing';
    if (text.includes('EISDIR')) return 'folder';
    throw error;
  }
}
