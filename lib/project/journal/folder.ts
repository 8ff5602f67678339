import { decodeRecord, type JournalEntry } from './record.ts';
import { newestOf } from './slots.ts';

/** A journal's two files (slots.ts). */
export const SLOT_NAMES = ['a', 'b'] as const;
const ROOT = 'jampot-journals';

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** The folder of a project's journal in the origin's private file system; null when it is not there and is not to be made. */
export async function openJournalFolder(
  projectId: string,
  { create }: { readonly create: boolean },
): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const journals = await root.getDirectoryHandle(ROOT, { create });
    return await journals.getDirectoryHandle(projectId, { create });
  } catch (error) {
    if (!create && isMissing(error)) return null;
    throw error;
  }
}

/** What a journal holds that the browser's storage may not have, without opening it. Null where the browser has no private file system. */
export async function readJournal(projectId: string): Promise<JournalEntry | null> {
  try {
    const folder = await openJournalFolder(projectId, { create: false });
    if (folder === null) return null;
    const records = await Promise.all(
      SLOT_NAMES.map(async (name) => {
        const file = await (await folder.getFileHandle(name)).getFile();
        return decodeRecord(new Uint8Array(await file.arrayBuffer()));
      }),
    );
    return newestOf(records)?.entry ?? null;
  } catch (error) {
    if (!isMissing(error)) console.warn('The journal of unsaved edits cannot be read:', error);
    return null;
  }
}

/** Whether a journal holds what the browser's storage may not have. */
export const hasJournal = async (projectId: string): Promise<boolean> => (await readJournal(projectId)) !== null;

/** Removes a project's journal. One that another tab writes stays, as the project's database does. */
export async function removeJournal(projectId: string): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const journals = await root.getDirectoryHandle(ROOT);
    await journals.removeEntry(projectId, { recursive: true });
  } catch (error) {
    if (!isMissing(error)) console.warn('The journal of unsaved edits was not removed:', error);
  }
}
