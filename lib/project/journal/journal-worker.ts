/**
 * Entry point of a script of its own (`/journal-worker.js`, scripts/next-build.mjs): it has a project's journal open and writes what it is told.
 * A write goes to the file at once, on this thread, past the browser's storage service.
 */
import { messageOf } from '../../errors/problem.ts';
import { openJournalFolder, SLOT_NAMES } from './folder.ts';
import type { FromJournal, ToJournal } from './messages.ts';
import { JournalSlots, type SlotFile } from './slots.ts';

/** The handles of a page that has just been left are freed a moment later. Milliseconds. */
const PATIENCE = 5000;
const LOOK_AGAIN = 20;

type SlotHandle = SlotFile & { close(): void };

/** Of the types for workers, which the page's do without. */
interface SyncFileHandle {
  createSyncAccessHandle(): Promise<SlotHandle>;
}

const send = (message: FromJournal): void => globalThis.postMessage(message);

let slots: JournalSlots | null = null;
let handles: readonly SlotHandle[] = [];

async function openHandle(folder: FileSystemDirectoryHandle, name: string): Promise<SlotHandle> {
  const file = (await folder.getFileHandle(name, { create: true })) as unknown as SyncFileHandle;
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await file.createSyncAccessHandle();
    } catch (error) {
      const isTaken = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!isTaken || performance.now() > end) throw error;
    }
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
}

async function open(projectId: string): Promise<void> {
  const folder = await openJournalFolder(projectId, { create: true });
  if (folder === null) throw new Error('The browser made no folder for the journal.');
  const [first, second] = await Promise.all([openHandle(folder, SLOT_NAMES[0]), openHandle(folder, SLOT_NAMES[1])]);
  handles = [first, second];
  slots = new JournalSlots([first, second]);
  send({ type: 'opened', left: slots.left });
}

function close(): void {
  for (const handle of handles) handle.close();
  handles = [];
  slots = null;
  send({ type: 'closed' });
}

globalThis.onmessage = async ({ data }: MessageEvent<ToJournal>) => {
  try {
    if (data.type === 'open') await open(data.projectId);
    else if (data.type === 'close') close();
    else {
      slots?.write(data.entry);
      send({ type: 'written' });
    }
  } catch (error) {
    send({ type: 'failed', message: messageOf(error) });
  }
};
