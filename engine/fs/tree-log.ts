import { CREATE, DELETE, isModifyPending, logChange, MODIFY } from './changes.ts';
import { entryAt, entryNameAt, entryNameLength } from './directory.ts';
import { inodeAt } from './inodes.ts';
import { I_ENTRY, I_NLINK, ROOT } from './layout.ts';
import type { Name } from './name.ts';
import { parentOf } from './parents.ts';
import { type Volume, word } from './volume.ts';

/** Writes what one thread changed to the change log. Under the lock only. */
export class TreeLog {
  /** Something was written; whoever tells the watchers resets it. */
  isWritten = false;

  readonly #volume: Volume;

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  created(dir: number, ino: number, name: Name): void {
    this.#name(CREATE, dir, ino, name);
  }

  deleted(dir: number, ino: number, name: Name): void {
    this.#name(DELETE, dir, ino, name);
  }

  /** A modification, unless one that nobody has looked at is there already. */
  modified(ino: number, at: number): void {
    const volume = this.#volume;
    if (word(volume.words, at + I_NLINK) === 0 || isModifyPending(volume, at)) return;
    this.about(MODIFY, ino, at);
  }

  /** A change of an inode under any one of its names. */
  about(kind: number, ino: number, at: number): void {
    const volume = this.#volume;
    this.isWritten = true;
    if (ino === ROOT) {
      logChange(volume, kind, ROOT, ino, volume.bytes, 0, 0);
      return;
    }
    const dir = parentOf(volume, ino);
    if (dir === 0) return;
    const dirAt = inodeAt(volume, dir);
    const place = entryAt(volume, dirAt, word(volume.words, at + I_ENTRY));
    logChange(volume, kind, dir, ino, volume.bytes, entryNameAt(volume, dirAt, place), entryNameLength(volume, place));
  }

  #name(kind: number, dir: number, ino: number, name: Name): void {
    this.isWritten = true;
    logChange(this.#volume, kind, dir, ino, name.bytes, 0, name.length);
  }
}
