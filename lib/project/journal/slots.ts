import { decodeRecord, encodeRecord, type JournalEntry, type JournalRecord } from './record.ts';

/** The part of a `FileSystemSyncAccessHandle` that is used. */
export interface SlotFile {
  read(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
}

/**
 * Bytes that a slot has from the start: to grow a file the browser asks its storage service, which is what the journal is there not to wait for.
 */
const PRESET = 256 * 1024;

/** Two files that are written in turn, so that a record that was cut off leaves the one before it. */
export class JournalSlots {
  readonly #files: readonly [SlotFile, SlotFile];
  /** What the last writer left; null when all of it was stored. */
  readonly left: JournalEntry | null;
  #generation: number;

  constructor(files: readonly [SlotFile, SlotFile]) {
    this.#files = files;
    const newest = newestOf(files.map(readRecord));
    this.left = newest?.entry ?? null;
    this.#generation = newest?.generation ?? 0;
    // The file that is written next; the other one is what would be lost.
    this.#next.truncate(PRESET);
  }

  get #next(): SlotFile {
    return this.#files[this.#generation % 2 === 0 ? 1 : 0];
  }

  /** Replaces what the journal holds; null: everything is stored. Throws what the browser throws when its disk is full. */
  write(entry: JournalEntry | null): void {
    const record = encodeRecord({ generation: this.#generation + 1, entry });
    const file = this.#next;
    if (file.getSize() < PRESET) file.truncate(PRESET);
    const written = file.write(record, { at: 0 });
    if (written < record.length) throw new Error(`The journal took ${written} of ${record.length} bytes.`);
    this.#generation += 1;
  }
}

/** The newer of the records that are whole. */
export function newestOf(records: readonly (JournalRecord | null)[]): JournalRecord | null {
  return records.reduce((a, b) => (a !== null && (b === null || a.generation >= b.generation) ? a : b), null);
}

function readRecord(file: SlotFile): JournalRecord | null {
  const bytes = new Uint8Array(file.getSize());
  file.read(bytes, { at: 0 });
  return decodeRecord(bytes);
}
