import { createStore, entries, promisifyRequest, type UseStore } from 'idb-keyval';
import type { Content } from './content.ts';

/** What the browser keeps of a project. */
export interface StoredProject {
  readonly name: string;
  readonly template: string | null;
  readonly files: ReadonlyMap<string, Content>;
  readonly folders: ReadonlySet<string>;
  /** Paths removed here that the engine has not removed yet. */
  readonly removed: readonly string[];
  /** Files that were open in tabs, the active one last. */
  readonly tabs: readonly string[];
}

export interface StorageBatch {
  readonly meta?: { readonly name: string; readonly template: string | null };
  /** New content by path; null deletes. */
  readonly files?: ReadonlyMap<string, Content | null>;
  /** True creates, false deletes. */
  readonly folders?: ReadonlyMap<string, boolean>;
  readonly removed?: readonly string[];
  readonly tabs?: readonly string[];
}

export interface ProjectStorage {
  /** Null when the browser has no such project. */
  load(): Promise<StoredProject | null>;
  /** All of the batch or nothing. */
  save(batch: StorageBatch): Promise<void>;
  /** Removes the project's database. */
  destroy(): Promise<void>;
}

type Key = readonly ['meta'] | readonly ['removed'] | readonly ['tabs'] | readonly ['file', string] | readonly ['folder', string];

const databaseName = (id: string): string => `jampot-project-${id}`;

/** Whether this browser has the project. False also where a browser does not tell. */
export async function isStored(id: string): Promise<boolean> {
  const databases = (await indexedDB.databases?.()) ?? [];
  return databases.some(({ name }) => name === databaseName(id));
}

/** One IndexedDB database per project, on the IDE's own origin. */
export function openProjectStorage(id: string): ProjectStorage {
  const database = databaseName(id);
  const use: UseStore = createStore(database, 'project');
  return {
    async load() {
      const files = new Map<string, Content>();
      const folders = new Set<string>();
      let meta: { name: string; template: string | null } | null = null;
      let removed: readonly string[] = [];
      let tabs: readonly string[] = [];
      for (const [key, value] of await entries<IDBValidKey, unknown>(use)) {
        const [kind, path] = key as unknown as Key;
        if (kind === 'file') files.set(path, value as Content);
        else if (kind === 'folder') folders.add(path);
        else if (kind === 'removed') removed = value as readonly string[];
        else if (kind === 'tabs') tabs = value as readonly string[];
        else meta = value as { name: string; template: string | null };
      }
      return meta && { ...meta, files, folders, removed, tabs };
    },
    save(batch) {
      return use('readwrite', (store) => {
        const put = (key: Key, value: unknown): void => void store.put(value, [...key]);
        if (batch.meta) put(['meta'], batch.meta);
        if (batch.removed) put(['removed'], batch.removed);
        if (batch.tabs) put(['tabs'], batch.tabs);
        for (const [path, content] of batch.files ?? []) {
          if (content === null) store.delete(['file', path]);
          else put(['file', path], content);
        }
        for (const [path, exists] of batch.folders ?? []) {
          if (exists) put(['folder', path], true);
          else store.delete(['folder', path]);
        }
        return promisifyRequest(store.transaction);
      });
    },
    destroy() {
      return new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(database);
        // Another tab may still hold the database open: it goes when that tab closes.
        request.onsuccess = request.onblocked = () => resolve();
        request.onerror = () => reject(request.error ?? new Error(`deleteDatabase ${database} failed`));
      });
    },
  };
}
