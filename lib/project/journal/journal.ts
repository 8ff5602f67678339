import { readJournal } from './folder.ts';
import type { FromJournal, ToJournal } from './messages.ts';
import type { JournalEntry } from './record.ts';

/**
 * A project's journal: what was changed and is not in the browser's storage yet, in a file that takes it within milliseconds. The storage needs 10 to
 * 20 ms for a write, but up to a second while an engine starts on few cores (docs/decisions/0024), and a browser that is killed in between loses it.
 */
export interface Journal {
  /** What the last writer could not store; null when it stored all. */
  readonly left: Promise<JournalEntry | null>;
  /** Replaces what the journal holds. `make` is asked when it is its turn, and only the latest is: null where all is stored, undefined to leave it. */
  write(make: () => JournalEntry | null | undefined): void;
  /** Writes what is to be written, and lets go of the file. */
  close(): Promise<void>;
}

/** The part of a worker that is used. */
export interface JournalPort {
  postMessage(message: ToJournal): void;
  onmessage: ((event: MessageEvent<FromJournal>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** Writes that the worker has been given and has not done; what comes meanwhile replaces each other. Many, since a busy page hears late that they are done. */
const MOST_UNDER_WAY = 16;
/** Longest wait for the file, in milliseconds: the project opens only when it is known what was left. */
const PATIENCE = 8000;

/**
 * Opens the journal of a project whose writer lock this page holds. Where that fails, the console says why and nothing is kept; what was left is there all
 * the same, since what is stored from now on is newer and would have it forgotten.
 */
export function openJournal(projectId: string, start: () => JournalPort = startWorker, read: typeof readJournal = readJournal): Journal {
  const opened = Promise.withResolvers<JournalEntry | null>();
  const closed = Promise.withResolvers<void>();
  let worker: JournalPort | null = null;
  /** Waits for the file to be open, or for the worker to have done some of what it has. */
  let next: (() => JournalEntry | null | undefined) | null = null;
  let isOpen = false;
  let underWay = 0;
  let closing = false;

  const end = (): void => {
    clearTimeout(impatient);
    worker?.terminate();
    worker = null;
    closed.resolve();
  };
  const giveUp = (reason: string): void => {
    console.warn(`Edits are not kept in the journal, only in the browser's storage: ${reason}`);
    if (!isOpen) opened.resolve(read(projectId));
    end();
  };
  const goOn = (): void => {
    if (!isOpen || underWay >= MOST_UNDER_WAY) return;
    const entry = next?.();
    next = null;
    if (entry !== undefined) {
      underWay += 1;
      worker?.postMessage({ type: 'write', entry });
    }
    if (!closing) return;
    isOpen = false;
    worker?.postMessage({ type: 'close' });
  };
  const impatient = setTimeout(() => giveUp(`its worker has not answered for ${PATIENCE / 1000} s`), PATIENCE);

  try {
    worker = start();
    worker.onmessage = ({ data }) => {
      if (data.type === 'failed') return giveUp(data.message);
      if (data.type === 'closed') return end();
      if (data.type === 'opened') {
        clearTimeout(impatient);
        isOpen = true;
        opened.resolve(data.left);
      } else underWay -= 1;
      goOn();
    };
    worker.onerror = (event) => giveUp(event.message || 'its script could not be loaded');
    worker.postMessage({ type: 'open', projectId });
  } catch (error) {
    giveUp(String(error));
  }

  return {
    left: opened.promise,
    write(make) {
      if (worker === null || closing) return;
      next = make;
      goOn();
    },
    close() {
      closing = true;
      if (worker === null) closed.resolve();
      goOn();
      return closed.promise;
    },
  };
}

function startWorker(): JournalPort {
  return new Worker('/journal-worker.js', { name: 'journal' });
}
