/**
 * Descriptors on their way through a socket (SCM_RIGHTS). Each is an open file description of its own kind that holds a reference to the one that is passed, in a
 * list that begins at the ring it goes through:
 *
 * ```
 * RING.PASSED ─▶ PASSED {A: open file, B: position in the ring, LINK} ─▶ PASSED … ─▶ 0
 * ```
 *
 * A descriptor comes with the byte at its position, and no reading goes beyond one that was not taken. All functions but `passedAhead` are called with the lock held.
 */
import type { Control } from './control.ts';
import { word } from './control.ts';
import { EAGAIN } from './errno.ts';
import { KIND, OPEN_FILE, RING } from './layout.ts';
import { allocateOpenFile, freeOpenFile, openFileAt, reference } from './open-files.ts';
import { ringAt } from './rings.ts';

/** Sends a reference to an open file with the next byte that is written. 0, or -ENFILE. */
export function passOpenFile(control: Control, ring: number, openFile: number): number {
  const { words } = control;
  const passed = allocateOpenFile(control, KIND.PASSED, 0);
  if (passed < 0) return passed;
  reference(control, openFile);
  words[openFileAt(passed) + OPEN_FILE.A] = openFile;
  words[openFileAt(passed) + OPEN_FILE.B] = word(control, ringAt(ring) + RING.TAIL);
  let at = ringAt(ring) + RING.PASSED;
  while (word(control, at) !== 0) at = openFileAt(word(control, at) - 1) + OPEN_FILE.LINK;
  Atomics.store(words, at, passed + 1);
  return 0;
}

/** Bytes to be read before the next descriptor, -1 when none is on its way. */
export function passedAhead(control: Control, ring: number): number {
  const at = ringAt(ring);
  const passed = Atomics.load(control.words, at + RING.PASSED) - 1;
  return passed < 0 ? -1 : (word(control, openFileAt(passed) + OPEN_FILE.B) - Atomics.load(control.words, at + RING.HEAD)) >>> 0;
}

/** The open file that comes with the next byte, whose reference the caller takes over; -EAGAIN when none does. */
export function takePassed(control: Control, ring: number): number {
  if (passedAhead(control, ring) !== 0) return -EAGAIN;
  const { words } = control;
  const passed = word(control, ringAt(ring) + RING.PASSED) - 1;
  const at = openFileAt(passed);
  const openFile = word(control, at + OPEN_FILE.A);
  Atomics.store(words, ringAt(ring) + RING.PASSED, word(control, at + OPEN_FILE.LINK));
  freeOpenFile(control, passed);
  return openFile;
}

/** Takes all that nobody will: the ring has no reader any more. */
export function abandonPassed(control: Control, ring: number): number[] {
  const openFiles: number[] = [];
  const { words } = control;
  for (let passed = word(control, ringAt(ring) + RING.PASSED) - 1; passed >= 0;) {
    const at = openFileAt(passed);
    openFiles.push(word(control, at + OPEN_FILE.A));
    const next = word(control, at + OPEN_FILE.LINK) - 1;
    freeOpenFile(control, passed);
    passed = next;
  }
  Atomics.store(words, ringAt(ring) + RING.PASSED, 0);
  return openFiles;
}
