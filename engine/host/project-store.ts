/** Where a project's files are kept between visits: two files in the origin's private file system, written by one tab at a time. */
import type { SharedFileSystem } from '../fs/file-system.ts';
import { Persistence } from '../fs/persistence.ts';
import { PersistenceError, type StoreFile } from '../fs/store-file.ts';

const FOLDER = 'jampot-project';
const FILES = ['files-0', 'files-1'] as const;
const LOCK = 'jampot-project-writer';
/** How often changes are written, in milliseconds. */
const SYNC_INTERVAL = 250;
/** How long to wait, in milliseconds, for the tab that had the project before: one that was just reloaded, closed or let go is still writing its last changes. */
const LOCK_PATIENCE = 6000;
/** Made anew at each boot, or not worth keeping. Caches are: without them the first start of each visit would transform every module again. */
const NOT_KEPT = new Set(['/bin', '/dev', '/proc', '/tmp', '/usr', '/var/tmp']);

export type StoreProblemCode = 'JAMPOT_SECOND_TAB' | 'JAMPOT_STORE_UNAVAILABLE' | 'JAMPOT_STORE_FAILED' | 'JAMPOT_STORE_FULL';

/** Why files are not kept, in words for the user. */
export interface StoreProblem {
  readonly code: StoreProblemCode;
  readonly message: string;
}

export interface ProjectStore {
  /** Fills the empty file system; number of files and folders that came back. @throws {PersistenceError} */
  restore(): number;
  /** Begins to write changes as they come. */
  start(): void;
  /** Writes what is left, and lets another tab write. */
  close(): Promise<void>;
}

interface SyncFileHandle {
  createSyncAccessHandle(): Promise<StoreFile>;
}

/** Opens the store of this origin, or says why it cannot be used: the engine then works without it. */
export async function openProjectStore(
  files: SharedFileSystem,
  report: (problem: StoreProblem) => void,
): Promise<ProjectStore | StoreProblem> {
  const release = await takeWriterLock();
  if (release === null) {
    return {
      code: 'JAMPOT_SECOND_TAB',
      message:
        'This project is open in another tab, which keeps its files. What this tab changes is lost when it closes. Close the other tab and reload this one to keep changes.',
    };
  }
  let handles: readonly [StoreFile, StoreFile];
  try {
    handles = await openHandles();
  } catch (error) {
    release();
    return {
      code: 'JAMPOT_STORE_UNAVAILABLE',
      message: `The browser gave no storage for the project's files (${describe(error)}). Changes are lost when this tab closes.`,
    };
  }
  const persistence = new Persistence(files, { files: handles, exclude: (path) => NOT_KEPT.has(path) });
  let timer: ReturnType<typeof setInterval> | undefined;
  let isFailing = false;

  function sync(): void {
    try {
      persistence.sync();
      isFailing = false;
    } catch (error) {
      if (isFailing) return;
      isFailing = true;
      const isFull = error instanceof PersistenceError && error.code === 'STORE_FULL';
      report({
        code: isFull ? 'JAMPOT_STORE_FULL' : 'JAMPOT_STORE_FAILED',
        message: `The project's files could not be saved: ${describe(error)}. ${isFull ? "Free some of the browser's storage." : 'They are still in this tab.'} The engine keeps trying.`,
      });
    }
  }

  return {
    restore: () => persistence.restore().inodes,
    start() {
      timer = setInterval(sync, SYNC_INTERVAL);
    },
    close() {
      if (timer !== undefined) {
        clearInterval(timer);
        sync();
      }
      persistence.close();
      release();
      return Promise.resolve();
    },
  };
}

/** Function that gives the lock back, or null when another tab has it and keeps it. */
function takeWriterLock(): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK, { signal: AbortSignal.timeout(LOCK_PATIENCE) }, () => new Promise<void>((release) => resolve(release)))
      .catch((error: unknown) => (error instanceof DOMException && error.name === 'TimeoutError' ? resolve(null) : reject(error)));
  });
}

async function openHandles(): Promise<readonly [StoreFile, StoreFile]> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const open = async (name: string): Promise<StoreFile> =>
    // Synchronous handles exist in workers only: the DOM's types describe a page's.
    ((await folder.getFileHandle(name, { create: true })) as unknown as SyncFileHandle).createSyncAccessHandle();
  const first = await open(FILES[0]);
  try {
    return [first, await open(FILES[1])];
  } catch (error) {
    first.close();
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
