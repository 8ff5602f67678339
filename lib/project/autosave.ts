import type { Content } from './content.ts';
import { ancestors, isWithin } from './paths.ts';
import type { Project } from './project.ts';
import type { ProjectStorage } from './storage.ts';

export interface Autosave {
  /** Writes what is pending now. Resolves when it is in the browser's storage; rejects when the browser refuses. */
  flush(): Promise<void>;
  /** Paths removed in the project that the engine has not acknowledged. */
  removed(): readonly string[];
  /** The engine has removed these too. */
  acknowledge(paths: Iterable<string>): void;
  dispose(): void;
}

export interface AutosaveOptions {
  /** Milliseconds from the first unsaved change to the write. Continued typing does not push it back. */
  readonly delay?: number;
  readonly removed?: readonly string[];
  readonly onError?: (error: unknown) => void;
}

/**
 * Keeps a project in the browser's storage. An edit is written at most `delay` ms after it was made, and at once when the page is hidden,
 * so that a killed browser loses at most what was typed in the last moment.
 */
export function startAutosave(project: Project, storage: ProjectStorage, options: AutosaveOptions = {}): Autosave {
  const delay = options.delay ?? 100;
  const files = new Map<string, Content | null>();
  const folders = new Map<string, boolean>();
  const links = new Map<string, string | null>();
  const executables = new Map<string, boolean>();
  const removed = new Set(options.removed);
  let removedChanged = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let lastWrite = -Infinity;

  const markUnsaved = (): void => {
    const { unsaved, storage: before } = project.store.getState();
    const same = unsaved.size === files.size && [...files.keys()].every((path) => unsaved.has(path));
    if (!same || before !== 'saving') project.store.setState({ unsaved: same ? unsaved : new Set(files.keys()), storage: 'saving' });
  };

  const isEmpty = (): boolean => [files, folders, links, executables].every((map) => map.size === 0);

  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    lastWrite = performance.now();
    if (isEmpty() && !removedChanged) return;
    const batch = {
      files: new Map(files),
      folders: new Map(folders),
      links: new Map(links),
      executables: new Map(executables),
      ...(removedChanged && { removed: [...removed] }),
    };
    for (const map of [files, folders, links, executables]) map.clear();
    removedChanged = false;
    try {
      await storage.save(batch);
    } catch (error) {
      // Newer changes win over the ones that could not be written.
      restore(files, batch.files);
      restore(folders, batch.folders);
      restore(links, batch.links);
      restore(executables, batch.executables);
      removedChanged ||= batch.removed !== undefined;
      project.store.setState({ unsaved: new Set(files.keys()), storage: 'failed' });
      options.onError?.(error);
      throw error;
    }
    if (isEmpty()) project.store.setState({ unsaved: new Set(), storage: 'saved' });
    else project.store.setState({ unsaved: new Set(files.keys()) });
  };
  const flush = (): Promise<void> => {
    running = running.then(write, write);
    return running;
  };
  const schedule = (): void => {
    markUnsaved();
    // A failed write has been reported; the next change tries again.
    // The first after a pause goes at once: the browser's first write takes long, and what is typed meanwhile goes with the next.
    const pause = performance.now() - lastWrite > delay ? 0 : delay;
    timer ??= setTimeout(() => void flush().catch(() => {}), pause);
  };
  const keep = (path: string): void => {
    if (removed.delete(path)) removedChanged = true;
  };
  const putFolder = (path: string): void => {
    folders.set(path, true);
    keep(path);
  };
  const putFile = (path: string, content: Content): void => {
    files.set(path, content);
    keep(path);
    for (const folder of ancestors(path)) putFolder(folder);
  };

  const putLink = (path: string, target: string): void => {
    links.set(path, target);
    keep(path);
    for (const folder of ancestors(path)) putFolder(folder);
  };

  const stop = project.onChange((change, origin) => {
    if (origin === 'storage') return;
    if (change.kind === 'write') {
      putFile(change.path, change.content);
    } else if (change.kind === 'link') {
      putLink(change.path, change.target);
    } else if (change.kind === 'mode') {
      executables.set(change.path, change.executable);
    } else if (change.kind === 'mkdir') {
      for (const folder of [...ancestors(change.path), change.path]) putFolder(folder);
    } else {
      for (const path of change.files) {
        files.set(path, null);
        links.set(path, null);
        executables.set(path, false);
      }
      for (const path of change.folders) folders.set(path, false);
      if (origin === 'user') {
        for (const path of [...change.files, ...change.folders]) removed.add(path);
        removedChanged = true;
      }
    }
    if (change.kind === 'rename') {
      const state = project.store.getState();
      for (const [path, content] of state.files) if (isWithin(path, change.to)) putFile(path, content);
      for (const [path, target] of state.links) if (isWithin(path, change.to)) putLink(path, target);
      for (const path of state.executables) if (isWithin(path, change.to)) executables.set(path, true);
      for (const path of state.folders) if (isWithin(path, change.to)) putFolder(path);
    }
    schedule();
  });

  return {
    flush,
    removed: () => [...removed],
    acknowledge(paths) {
      for (const path of paths) if (removed.delete(path)) removedChanged = true;
      if (removedChanged) schedule();
    },
    dispose() {
      stop();
      clearTimeout(timer);
    },
  };
}

/** Brings back what could not be written, where nothing newer is. */
function restore<Value>(map: Map<string, Value>, batch: ReadonlyMap<string, Value>): void {
  for (const [path, value] of batch) if (!map.has(path)) map.set(path, value);
}
