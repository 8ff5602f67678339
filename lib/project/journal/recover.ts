import { mergeBatches, type StorageBatch, type StoredProject } from '../storage.ts';
import type { JournalEntry } from './record.ts';

export interface Recovered {
  /** With everything that the journal kept. */
  readonly project: StoredProject;
  /** What the storage does not have; null when it has all. */
  readonly unsaved: StorageBatch | null;
}

/** A project from what the browser's storage has (null: nothing) and what the journal kept of changes that it may not have. Null when there is no project. */
export function recover(stored: StoredProject | null, left: JournalEntry | null): Recovered | null {
  if (left === null || (stored !== null && left.sequence <= stored.sequence)) return stored && { project: stored, unsaved: null };
  const { sequence, batch } = left;
  const meta = batch.meta ?? stored;
  // Edits of a project that is gone.
  if (meta === null) return null;
  const before: StorageBatch =
    stored === null ? {} : { files: stored.files, links: stored.links, folders: all(stored.folders), executables: all(stored.executables) };
  const { files, links, folders, executables } = mergeBatches(before, batch);
  const project: StoredProject = {
    ...meta,
    files: present(files),
    links: present(links),
    folders: new Set(present(folders).keys()),
    executables: new Set(present(executables).keys()),
    removed: batch.removed ?? stored?.removed ?? [],
    tabs: batch.tabs ?? stored?.tabs ?? [],
    sequence,
  };
  return { project, unsaved: batch };
}

const all = (paths: ReadonlySet<string>): Map<string, boolean> => new Map([...paths].map((path) => [path, true]));

/** Without what was removed. */
function present<Value>(map: ReadonlyMap<string, Value | null | false> = new Map()): Map<string, Value> {
  return new Map([...map].filter((entry): entry is [string, Value] => entry[1] !== null && entry[1] !== false));
}
