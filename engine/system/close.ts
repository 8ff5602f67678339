/** Closing: what happens when the last descriptor of an open file goes away. */
import type { Control } from './control.ts';
import { lock, unlock, word } from './control.ts';
import { KIND, MAX_FDS, OPEN_FILE, RING } from './layout.ts';
import { closeListener } from './listeners.ts';
import { freeOpenFile, openFileAt, uninstall, unreference } from './open-files.ts';
import { abandonPassed } from './passed-descriptors.ts';
import { dropEnd, ringAt } from './rings.ts';
import { countTty } from './ttys.ts';

/**
 * Gives back one reference to an open file, and closes it with the last. With the lock held. Inodes that the caller has to release in the
 * file system, after it gave the lock back, are appended to `inodes`.
 */
export function dropReference(control: Control, openFile: number, inodes: number[]): void {
  if (!unreference(control, openFile)) return;
  const at = openFileAt(openFile);
  const kind = word(control, at + OPEN_FILE.KIND);
  const a = word(control, at + OPEN_FILE.A);
  const b = word(control, at + OPEN_FILE.B);
  switch (kind) {
    case KIND.FILE:
    case KIND.DIRECTORY:
      inodes.push(control.floats[(at + OPEN_FILE.INODE) / 2] ?? 0);
      break;
    case KIND.PIPE:
    case KIND.SOCKET:
      if (a > 0) {
        const isLast = Atomics.load(control.words, ringAt(a - 1) + RING.READERS) === 1;
        const abandoned = isLast ? abandonPassed(control, a - 1) : [];
        dropEnd(control, a - 1, 'READERS');
        for (const passed of abandoned) dropReference(control, passed, inodes);
      }
      if (b > 0) dropEnd(control, b - 1, 'WRITERS');
      break;
    case KIND.LISTENER:
      for (const waiting of closeListener(control, a)) dropReference(control, waiting, inodes);
      break;
    case KIND.TTY:
      countTty(control, a, -1);
      break;
  }
  freeOpenFile(control, openFile);
}

/** Closes every descriptor of a process and gives the inodes to release. Takes the lock. */
export function closeAll(control: Control, process: number): number[] {
  const inodes: number[] = [];
  lock(control);
  try {
    for (let fd = 0; fd < MAX_FDS; fd++) {
      const openFile = uninstall(control, process, fd);
      if (openFile >= 0) dropReference(control, openFile, inodes);
    }
  } finally {
    unlock(control);
  }
  return inodes;
}
