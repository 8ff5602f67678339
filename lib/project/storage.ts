import { createStore, entries, promisifyRequest, type UseStore } from 'idb-keyval';
import type { Content } from './content.ts';
import { hasJournal, removeJournal } from './journal/folder.ts';
import { guessExecutables, type Ancestry, type ProjectFiles } from './project-files.ts';

/** What the browser keeps of a project. */
export interface StoredProject extends ProjectFiles, ProjectMeta {
  /** Paths removed here that the engine has not removed yet. */
  readonly removed: readonly string[];
  /** Files that were open in tabs, the active one last. */
  readonly tabs: readonly string[];
  /** The last of the project's changes that is stored (journal/record.ts). */
  readonly sequence: number;
}

export interface ProjectMeta {
  readonly name: string;
  readonly template: string | null;
  /** The version of a share that it was made from. */
  readonly from?: Ancestry | null;
  /** Somebody else's project that the user has not run yet: it does not start by itself. */
  readonly held?: boolean;
  /** Of a template whose files have not all come: they are fetched when it is opened again. */
  readonly unfinished?: boolean;
  /** False in projects that were stored before executable bits were: `guessExecutables` says them. */
  readonly hasModes?: boolean;
}

export interface StorageBatch {
  readonly meta?: ProjectMeta;
  /** New content by path; null deletes. */
  readonly files?: ReadonlyMap<string, Content | null>;
  /** New targets by path; null deletes. */
  readonly links?: ReadonlyMap<string, string | null>;
  readonly executables?: ReadonlyMap<string, boolean>;
  /** True creates, false deletes. */
  readonly folders?: ReadonlyMap<string, boolean>;
  readonly removed?: readonly string[];
  readonly tabs?: readonly string[];
  readonly sequence?: number;
}

/** A batch that stores all of a new project. */
export function wholeProject(project: ProjectFiles & ProjectMeta): StorageBatch {
  const all = (paths: ReadonlySet<string>): Map<string, boolean> => new Map([...paths].map((path) => [path, true]));
  return {
    meta: { name: project.name, template: project.template, from: project.from ?? null, held: project.held ?? false },
    files: project.files,
    links: project.links,
    folders: all(project.folders),
    executables: all(project.executables),
  };
}

/** One batch for two, of which the second was made later. It has no sequence of its own. */
export function mergeBatches(older: StorageBatch, newer: StorageBatch): StorageBatch {
  const merged = <Value>(a: ReadonlyMap<string, Value> = new Map(), b: ReadonlyMap<string, Value> = new Map()): Map<string, Value> =>
    new Map([...a, ...b]);
  const meta = newer.meta ?? older.meta;
  const removed = newer.removed ?? older.removed;
  const tabs = newer.tabs ?? older.tabs;
  return {
    ...(meta && { meta }),
    ...(removed && { removed }),
    ...(tabs && { tabs }),
    files: merged(older.files, newer.files),
    links: merged(older.links, newer.links),
    executables: merged(older.executables, newer.executables),
    folders: merged(older.folders, newer.folders),
  };
}

export interface ProjectStorage {
  /** Null when the browser has no such project. */
  load(): Promise<StoredProject | null>;
  /** All of the batch or nothing. */
  save(batch: StorageBatch): Promise<void>;
  /** Removes the project's database. */
  destroy(): Promise<void>;
}

type Key = readonly ['meta' | 'removed' | 'tabs' | 'sequence'] | readonly ['file' | 'folder' | 'link' | 'executable', string];

const databaseName = (id: string): string => `jampot-project-${id}`;

/** Whether this browser has the project. False also where a browser does not tell. */
export async function isStored(id: string): Promise<boolean> {
  const databases = (await indexedDB.databases?.()) ?? [];
  return databases.some(({ name }) => name === databaseName(id)) || hasJournal(id);
}

/** Whether this browser has the project, also where it does not tell which databases it has. */
export async function hasProject(id: string): Promise<boolean> {
  if (indexedDB.databases !== undefined) return isStored(id);
  const storage = openProjectStorage(id);
  if ((await storage.load()) !== null || (await hasJournal(id))) return true;
  await storage.destroy();
  return false;
}

/** One IndexedDB database per project, on the IDE's own origin. */
export function openProjectStorage(id: string): ProjectStorage {
  const database = databaseName(id);
  const use: UseStore = createStore(database, 'project');
  return {
    async load() {
      const files = new Map<string, Content>();
      const folders = new Set<string>();
      const links = new Map<string, string>();
      const executables = new Set<string>();
      let meta: ProjectMeta | null = null;
      let removed: readonly string[] = [];
      let tabs: readonly string[] = [];
      let sequence = 0;
      for (const [key, value] of await entries<IDBValidKey, unknown>(use)) {
        const [kind, path] = key as unknown as Key;
        if (kind === 'file') files.set(path, value as Content);
        else if (kind === 'folder') folders.add(path);
        else if (kind === 'link') links.set(path, value as string);
        else if (kind === 'executable') executables.add(path);
        else if (kind === 'removed') removed = value as readonly string[];
        else if (kind === 'tabs') tabs = value as readonly string[];
        else if (kind === 'sequence') sequence = value as number;
        else meta = value as ProjectMeta;
      }
      const known = meta?.hasModes === true ? executables : new Set([...executables, ...guessExecutables(files)]);
      return meta && { ...meta, files, folders, links, executables: known, removed, tabs, sequence };
    },
    save(batch) {
      return use('readwrite', (store) => {
        const put = (key: Key, value: unknown): void => void store.put(value, [...key]);
        if (batch.meta) put(['meta'], { ...batch.meta, hasModes: true });
        if (batch.removed) put(['removed'], batch.removed);
        if (batch.tabs) put(['tabs'], batch.tabs);
        if (batch.sequence !== undefined) put(['sequence'], batch.sequence);
        for (const [path, content] of batch.files ?? []) {
          if (content === null) store.delete(['file', path]);
          else put(['file', path], content);
        }
        for (const [path, target] of batch.links ?? []) {
          if (target === null) store.delete(['link', path]);
          else put(['link', path], target);
        }
        for (const [kind, changes] of [['folder', batch.folders] as const, ['executable', batch.executables] as const]) {
          for (const [path, exists] of changes ?? []) {
            if (exists) put([kind, path], true);
            else store.delete([kind, path]);
          }
        }
        return promisifyRequest(store.transaction);
      });
    },
    async destroy() {
      await removeJournal(id);
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase(database);
        // Another tab may still hold the database open: it goes when that tab closes.
        request.onsuccess = request.onblocked = () => resolve();
        request.onerror = () => reject(request.error ?? new Error(`deleteDatabase ${database} failed`));
      });
    },
  };
}
