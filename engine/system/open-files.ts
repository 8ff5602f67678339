/** Open file descriptions and the descriptor tables that point at them. Called with the control lock held unless said otherwise. */
import type { Control } from './control.ts';
import { word } from './control.ts';
import { EBADF, EMFILE, ENFILE } from './errno.ts';
import { FD_TABLES_AT, HEADER, KIND, MAX_FDS, MAX_OPEN_FILES, OPEN_FILE, OPEN_FILE_WORDS, OPEN_FILES_AT } from './layout.ts';

export function openFileAt(openFile: number): number {
  return OPEN_FILES_AT / 4 + openFile * OPEN_FILE_WORDS;
}

function tableAt(process: number): number {
  return FD_TABLES_AT / 4 + process * MAX_FDS;
}

/** A description of `kind` with one reference and everything else zero, or -ENFILE. */
export function allocateOpenFile(control: Control, kind: number, flags: number): number {
  const { words } = control;
  let openFile = word(control, HEADER.FREE_OPEN_FILE) - 1;
  if (openFile >= 0) {
    words[HEADER.FREE_OPEN_FILE] = word(control, openFileAt(openFile) + OPEN_FILE.NEXT);
  } else {
    openFile = word(control, HEADER.USED_OPEN_FILES);
    if (openFile === MAX_OPEN_FILES) return -ENFILE;
    words[HEADER.USED_OPEN_FILES] = openFile + 1;
  }
  const at = openFileAt(openFile);
  words.fill(0, at, at + OPEN_FILE_WORDS);
  words[at + OPEN_FILE.KIND] = kind;
  words[at + OPEN_FILE.REFERENCES] = 1;
  words[at + OPEN_FILE.FLAGS] = flags;
  return openFile;
}

export function freeOpenFile(control: Control, openFile: number): void {
  const { words } = control;
  const at = openFileAt(openFile);
  words[at + OPEN_FILE.KIND] = KIND.FREE;
  words[at + OPEN_FILE.NEXT] = word(control, HEADER.FREE_OPEN_FILE);
  words[HEADER.FREE_OPEN_FILE] = openFile + 1;
}

/** Open file behind a descriptor, or -EBADF. May be called without the lock by a thread of the process. */
export function openFileOf(control: Control, process: number, fd: number): number {
  if (!(fd >= 0 && fd < MAX_FDS)) return -EBADF;
  const entry = Atomics.load(control.words, tableAt(process) + fd);
  return entry === 0 ? -EBADF : entry - 1;
}

/** Puts an open file at the lowest free descriptor from `least` on, or -EMFILE. Takes over the caller's reference. */
export function install(control: Control, process: number, openFile: number, least = 0): number {
  const at = tableAt(process);
  for (let fd = least; fd < MAX_FDS; fd++) {
    if (Atomics.load(control.words, at + fd) !== 0) continue;
    Atomics.store(control.words, at + fd, openFile + 1);
    return fd;
  }
  return -EMFILE;
}

export function installAt(control: Control, process: number, openFile: number, fd: number): void {
  Atomics.store(control.words, tableAt(process) + fd, openFile + 1);
}

/** Empties a descriptor and gives the open file that was there (-EBADF when none); the caller drops the reference. */
export function uninstall(control: Control, process: number, fd: number): number {
  const openFile = openFileOf(control, process, fd);
  if (openFile >= 0) Atomics.store(control.words, tableAt(process) + fd, 0);
  return openFile;
}

export function reference(control: Control, openFile: number): void {
  const at = openFileAt(openFile) + OPEN_FILE.REFERENCES;
  control.words[at] = word(control, at) + 1;
}

/** Gives back one reference; true when it was the last and the caller must close what is behind. */
export function unreference(control: Control, openFile: number): boolean {
  const at = openFileAt(openFile) + OPEN_FILE.REFERENCES;
  const left = word(control, at) - 1;
  control.words[at] = left;
  return left === 0;
}
