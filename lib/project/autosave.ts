import type { Content } from './content.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEntry } from './journal/record.ts';
import { ancestors, isWithin } from './paths.ts';
import type { Project } from './project.ts';
import { mergeBatches, type ProjectMeta, type ProjectStorage, type StorageBatch } from './storage.ts';

export interface Autosave {
  /** Writes what is pending now. Resolves when it is in the browser's storage; rejects when the browser refuses. */
  flush(): Promise<void>;
  /** Paths removed in the project that the engine has not acknowledged. */
  removed(): readonly string[];
  /** The engine has removed these too. */
  acknowledge(paths: Iterable<string>): void;
  /** Stores what was not changed here: a name, all of a new project, or what a journal kept. As `flush`. A path that was changed since stays so. */
  adopt(batch: StorageBatch): Promise<void>;
  dispose(): void;
}

export interface AutosaveOptions {
  /** Milliseconds from the first unsaved change to the write. Continued typing does not push it back. */
  readonly delay?: number;
  readonly removed?: readonly string[];
  /** Goes with the first change. */
  readonly meta?: ProjectMeta | undefined;
  /** Of the last change before, which is stored or in the journal. */
  readonly sequence?: number;
  /** Takes every change before the storage has it. */
  readonly journal?: Pick<Journal, 'write'>;
  readonly onError?: (error: unknown) => void;
}

/** What is waiting, in maps that grow. */
interface Pending {
  meta?: ProjectMeta;
  readonly files: Map<string, Content | null>;
  readonly folders: Map<string, boolean>;
  readonly links: Map<string, string | null>;
  readonly executables: Map<string, boolean>;
}

/** Code units and bytes of unsaved files up to which they go to the journal: it has them all, with every key that is typed. */
const JOURNAL_LIMIT = 4 * 1024 * 1024;

/**
 * Keeps a project in the browser's storage. An edit goes to the journal as soon as it was made, and to the storage at most `delay` ms later, and at once
 * when the page is hidden, so that a killed browser loses at most what was typed in the last moment.
 */
export function startAutosave(project: Project, storage: ProjectStorage, options: AutosaveOptions = {}): Autosave {
  const delay = options.delay ?? 100;
  let pending = pendingOf(options.meta ? { meta: options.meta } : {});
  /** Given to the storage and not confirmed. */
  let writing: StorageBatch | null = null;
  let sequence = options.sequence ?? 0;
  const removed = new Set(options.removed);
  let removedChanged = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let lastWrite = -Infinity;

  const markUnsaved = (): void => {
    const { unsaved, storage: before } = project.store.getState();
    const { files } = pending;
    const same = unsaved.size === files.size && [...files.keys()].every((path) => unsaved.has(path));
    if (!same || before !== 'saving') project.store.setState({ unsaved: same ? unsaved : new Set(files.keys()), storage: 'saving' });
  };

  const isEmpty = (): boolean =>
    pending.meta === undefined &&
    !removedChanged &&
    [pending.files, pending.folders, pending.links, pending.executables].every((map) => map.size === 0);

  const batchOf = (): StorageBatch => ({ ...pending, ...(removedChanged && { removed: [...removed] }) });

  const entry = (): JournalEntry | null | undefined => {
    if (isEmpty() && writing === null) return null;
    const batch = mergeBatches(writing ?? {}, batchOf());
    let size = 0;
    for (const content of batch.files?.values() ?? []) size += content?.length ?? 0;
    return size > JOURNAL_LIMIT ? undefined : { sequence, batch };
  };

  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    lastWrite = performance.now();
    if (isEmpty()) return;
    const batch = batchOf();
    writing = batch;
    pending = pendingOf({});
    removedChanged = false;
    try {
      await storage.save({ ...batch, sequence });
    } catch (error) {
      // Newer changes win over the ones that could not be written.
      pending = pendingOf(mergeBatches(batch, pending));
      removedChanged ||= batch.removed !== undefined;
      project.store.setState({ unsaved: new Set(pending.files.keys()), storage: 'failed' });
      options.onError?.(error);
      throw error;
    } finally {
      writing = null;
    }
    options.journal?.write(entry);
    if (isEmpty()) project.store.setState({ unsaved: new Set(), storage: 'saved' });
    else project.store.setState({ unsaved: new Set(pending.files.keys()) });
  };
  const flush = (): Promise<void> => {
    running = running.then(write, write);
    return running;
  };
  const note = (): void => {
    // Also after a visit whose changes reached neither, what comes later counts as later.
    sequence = Math.max(sequence + 1, Date.now());
    options.journal?.write(entry);
  };
  const schedule = (): void => {
    note();
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
    pending.folders.set(path, true);
    keep(path);
  };
  const putFile = (path: string, content: Content): void => {
    pending.files.set(path, content);
    keep(path);
    for (const folder of ancestors(path)) putFolder(folder);
  };

  const putLink = (path: string, target: string): void => {
    pending.links.set(path, target);
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
      pending.executables.set(change.path, change.executable);
    } else if (change.kind === 'mkdir') {
      for (const folder of [...ancestors(change.path), change.path]) putFolder(folder);
    } else {
      for (const path of change.files) {
        pending.files.set(path, null);
        pending.links.set(path, null);
        pending.executables.set(path, false);
      }
      for (const path of change.folders) pending.folders.set(path, false);
      if (origin === 'user') {
        for (const path of [...change.files, ...change.folders]) removed.add(path);
        removedChanged = true;
      }
    }
    if (change.kind === 'rename') {
      const state = project.store.getState();
      for (const [path, content] of state.files) if (isWithin(path, change.to)) putFile(path, content);
      for (const [path, target] of state.links) if (isWithin(path, change.to)) putLink(path, target);
      for (const path of state.executables) if (isWithin(path, change.to)) pending.executables.set(path, true);
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
    adopt(batch) {
      pending = pendingOf({ ...mergeBatches(batch, pending), ...(batch.meta && { meta: batch.meta }) });
      for (const path of batch.removed ?? []) removed.add(path);
      removedChanged ||= batch.removed !== undefined;
      note();
      project.store.setState({ storage: 'saving' });
      return flush();
    },
    dispose() {
      stop();
      clearTimeout(timer);
    },
  };
}

function pendingOf({ meta, files, folders, links, executables }: StorageBatch): Pending {
  return {
    ...(meta && { meta }),
    files: new Map(files),
    folders: new Map(folders),
    links: new Map(links),
    executables: new Map(executables),
  };
}
