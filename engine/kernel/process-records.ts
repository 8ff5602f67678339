/** Records of processes in the control memory: found, filled, left to the kernel. The process table (processes.ts) says when. */
import type { Control } from '../system/control.ts';
import { KERNEL_PID, lock, processAt, unlock, word } from '../system/control.ts';
import { EAGAIN } from '../system/errno.ts';
import {
  HEADER,
  MAX_PROCESSES,
  NO_PROCESS,
  PROCESS,
  PROCESS_FREE,
  PROCESS_RUNNING,
  PROCESS_WORDS,
  PROCESS_ZOMBIE,
} from '../system/layout.ts';
import { installAt, openFileOf, reference } from '../system/open-files.ts';
import type { SpawnRequest } from '../system/types.ts';

const LAST_PID = 4_194_304;

/** Fills the record of a new process, which runs from then on. `tty`: controlling terminal of a new session. */
export function fillRecord(
  control: Control,
  index: number,
  pid: number,
  parent: number,
  request: SpawnRequest,
  tty: number | undefined,
): void {
  const { words } = control;
  const at = processAt(index);
  const from = processAt(parent);
  const isLeader = request.detached === true;
  const group = isLeader || request.processGroup === 0 ? pid : (request.processGroup ?? word(control, from + PROCESS.GROUP));
  words.fill(0, at, at + PROCESS_WORDS);
  words[at + PROCESS.PID] = pid;
  words[at + PROCESS.PPID] = word(control, from + PROCESS.PID);
  words[at + PROCESS.GROUP] = group;
  words[at + PROCESS.SESSION] = isLeader ? pid : word(control, from + PROCESS.SESSION);
  words[at + PROCESS.NICE] = word(control, from + PROCESS.NICE);
  words[at + PROCESS.UMASK] = word(control, from + PROCESS.UMASK);
  words[at + PROCESS.TTY] = tty !== undefined ? tty + 1 : isLeader ? 0 : word(control, from + PROCESS.TTY);
  // exec keeps what is ignored and forgets handlers.
  words[at + PROCESS.IGNORED] = word(control, from + PROCESS.IGNORED);
  words[at + PROCESS.IGNORED + 1] = word(control, from + PROCESS.IGNORED + 1);
  Atomics.store(words, at + PROCESS.STATE, PROCESS_RUNNING);
}

/** Gives a new process duplicates of its parent's descriptors: its i-th is `fds[i]`. */
export function inheritDescriptors(control: Control, parent: number, index: number, fds: readonly number[]): void {
  lock(control);
  try {
    fds.forEach((fd, to) => {
      const openFile = fd < 0 ? -1 : openFileOf(control, parent, fd);
      if (openFile < 0) return;
      reference(control, openFile);
      installAt(control, index, openFile, to);
    });
  } finally {
    unlock(control);
  }
}

/** Index of a free record, the next after `last`, or -EAGAIN: what was freed just now may still be looked at by a worker that takes its time to end. */
export function freeIndex(control: Control, last: number): number {
  for (let step = 0; step < NO_PROCESS - 1; step++) {
    const index = 1 + ((last + step) % (NO_PROCESS - 1));
    if (word(control, processAt(index) + PROCESS.STATE) === PROCESS_FREE) return index;
  }
  return -EAGAIN;
}

export function nextPid(control: Control): number {
  const { words } = control;
  for (;;) {
    const pid = Atomics.add(words, HEADER.NEXT_PID, 1);
    if (pid > LAST_PID) Atomics.store(words, HEADER.NEXT_PID, KERNEL_PID + 1);
    else if (indexOf(control, pid) < 0) return pid;
  }
}

/** Index of a running process or zombie, or -1. */
export function indexOf(control: Control, pid: number): number {
  for (let index = 0; index < MAX_PROCESSES; index++) {
    const at = processAt(index);
    if (word(control, at + PROCESS.STATE) !== PROCESS_FREE && word(control, at + PROCESS.PID) === pid) return index;
  }
  return -1;
}

/** Children of a process that ended belong to the kernel, which waits for nobody. */
export function orphanChildren(control: Control, pid: number): void {
  for (let index = 1; index < MAX_PROCESSES; index++) {
    const at = processAt(index);
    if (word(control, at + PROCESS.STATE) === PROCESS_FREE || word(control, at + PROCESS.PPID) !== pid) continue;
    control.words[at + PROCESS.PPID] = KERNEL_PID;
    if (word(control, at + PROCESS.STATE) === PROCESS_ZOMBIE) Atomics.store(control.words, at + PROCESS.STATE, PROCESS_FREE);
  }
}
