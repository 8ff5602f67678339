import type { CriticalSection } from './critical-section.ts';
import { EBADF } from './errno.ts';
import { inodeAt, isInode } from './inodes.ts';
import { I_SEQ } from './layout.ts';
import { BUSY, type FOLLOW, type NOFOLLOW, type PathWalk } from './path-walk.ts';
import type { Inode, Result } from './types.ts';
import { fence, type Volume } from './volume.ts';

/** Readers try so often without the lock before they take it. */
const TRIES = 32;

/**
 * Reads of one inode, by what `A` and `B` are for: where the answer goes, or from where on. It may run several times, may meet anything a writer has
 * half done, and must not fail. Functions of a module, not closures: the fastest calls are made millions of times.
 */
export type Read<T, A, B> = (volume: Volume, ino: Inode, at: number, a: A, b: B) => T;

/**
 * Readers take no lock. They read and look again when a writer was in the way, so what they return existed at one moment; a reader that is never
 * left in peace takes the lock at last.
 *
 * ```
 *   find the path ─► SEQ even? ─► read ─► fence ─► SEQ the same, path still there? ─► done
 *        ▲             │ no                                    │ no
 *        └─────────────┴───────────── TRIES times ─────────────┘ then under the lock
 * ```
 */
export class Reader {
  readonly #volume: Volume;
  readonly #walk: PathWalk;
  readonly #critical: CriticalSection;

  constructor(volume: Volume, walk: PathWalk, critical: CriticalSection) {
    this.#volume = volume;
    this.#walk = walk;
    this.#critical = critical;
  }

  /** Inode that a path leads to, or -errno. */
  find(path: string, mode: typeof FOLLOW | typeof NOFOLLOW): Inode | Result {
    const ino = this.#walk.find(path, mode);
    return ino === BUSY ? this.#critical.run(() => this.#walk.walk(path, mode)) : ino;
  }

  /** What `read` says of the inode that a path leads to, while it leads there; or -errno. */
  ofPath<T, A, B>(path: string, mode: typeof FOLLOW | typeof NOFOLLOW, read: Read<T, A, B>, a: A, b: B): T | Result {
    const volume = this.#volume;
    const { words } = volume;
    for (let tries = 0; tries < TRIES; tries++) {
      const ino = this.find(path, mode);
      if (ino < 0) return ino;
      const at = inodeAt(volume, ino);
      const sequence = Atomics.load(words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      const value = read(volume, ino, at, a, b);
      fence();
      if (words[at + I_SEQ] === sequence && this.#walk.stillThere()) return value;
    }
    return this.#critical.run(() => {
      const ino = this.#walk.walk(path, mode);
      return ino < 0 ? ino : read(volume, ino, inodeAt(volume, ino), a, b);
    });
  }

  /** What `read` says of an inode; EBADF when the number is none. */
  ofInode<T, A, B>(ino: Inode, read: Read<T, A, B>, a: A, b: B): T | Result {
    const volume = this.#volume;
    if (!isInode(volume, ino)) return EBADF;
    const { words } = volume;
    const at = inodeAt(volume, ino);
    for (let tries = 0; tries < TRIES; tries++) {
      const sequence = Atomics.load(words, at + I_SEQ);
      if ((sequence & 1) !== 0) continue;
      const value = read(volume, ino, at, a, b);
      fence();
      if (words[at + I_SEQ] === sequence) return value;
    }
    return this.#critical.run(() => read(volume, ino, at, a, b));
  }
}
