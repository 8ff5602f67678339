/**
 * Terminals as programs see them (the slave side). The kernel owns the other side: it cooks keystrokes with its line discipline and puts what programs may
 * read into the input ring as records, so that a program reads at most one line at a time and an end of file (Ctrl-D) has its place in the order:
 *
 * ```
 * ┌──────────────┬─────────────┐
 * │ 16-bit header│ bytes …     │   header: length | LINE if it came from cooked mode; a LINE of length 0 is an end of file
 * └──────────────┴─────────────┘
 * ```
 * The output ring holds what programs wrote, unprocessed; the kernel turns newlines into CR LF. All functions are called with the control lock held.
 */
import type { Control } from './control.ts';
import { wakeBitmap, word } from './control.ts';
import { EAGAIN, EIO, ENFILE } from './errno.ts';
import { MAX_TTYS, RING, RING_BYTES, TTY, TTY_WORDS, TTYS_AT } from './layout.ts';
import { addEnd, allocateRing, dropEnd, freeRing, peek, ringAt, skip, unread, writeRing } from './rings.ts';

export const TTY_LINE = 0x8000;
/** Longest record; a cooked line is at most this long, as on Linux. */
export const TTY_RECORD_MAX = 4095;

export const TTY_FREE = 0;
export const TTY_OPEN = 1;
export const TTY_HUNG_UP = 2;

export function ttyAt(tty: number): number {
  return TTYS_AT / 4 + tty * TTY_WORDS;
}

/** A terminal of the given size with its rings, or -ENFILE. */
export function allocateTty(control: Control, columns: number, rows: number): number {
  const { words } = control;
  for (let tty = 0; tty < MAX_TTYS; tty++) {
    const at = ttyAt(tty);
    if (word(control, at + TTY.STATE) !== TTY_FREE) continue;
    const input = allocateRing(control);
    if (input < 0) return input;
    const output = allocateRing(control);
    if (output < 0) {
      freeRing(control, input);
      return output;
    }
    for (const ring of [input, output]) {
      addEnd(control, ring, 'READERS');
      addEnd(control, ring, 'WRITERS');
    }
    words.fill(0, at, at + TTY_WORDS);
    words[at + TTY.INPUT] = input;
    words[at + TTY.OUTPUT] = output;
    words[at + TTY.COLUMNS] = columns;
    words[at + TTY.ROWS] = rows;
    words[at + TTY.STATE] = TTY_OPEN;
    return tty;
  }
  return -ENFILE;
}

export function ttyInput(control: Control, tty: number): number {
  return word(control, ttyAt(tty) + TTY.INPUT);
}

export function ttyOutput(control: Control, tty: number): number {
  return word(control, ttyAt(tty) + TTY.OUTPUT);
}

/** From now on reads give the end of file and writes EIO. The kernel frees the terminal when nobody has it open any more. */
export function hangUpTty(control: Control, tty: number): void {
  control.words[ttyAt(tty) + TTY.STATE] = TTY_HUNG_UP;
  wakeBitmap(control, ringAt(ttyInput(control, tty)) + RING.READ_INTEREST);
  wakeBitmap(control, ringAt(ttyOutput(control, tty)) + RING.WRITE_INTEREST);
  freeTtyIfUnused(control, tty);
}

/** One more (or less) open file description of the terminal. */
export function countTty(control: Control, tty: number, change: 1 | -1): void {
  const at = ttyAt(tty) + TTY.REFERENCES;
  control.words[at] = word(control, at) + change;
  freeTtyIfUnused(control, tty);
}

function freeTtyIfUnused(control: Control, tty: number): void {
  const at = ttyAt(tty);
  if (word(control, at + TTY.STATE) !== TTY_HUNG_UP || word(control, at + TTY.REFERENCES) > 0) return;
  for (const ring of [ttyInput(control, tty), ttyOutput(control, tty)]) {
    dropEnd(control, ring, 'READERS');
    dropEnd(control, ring, 'WRITERS');
  }
  control.words[at + TTY.STATE] = TTY_FREE;
}

/** Kernel's side: appends a record. False when the ring is full (the keystrokes are lost, as on Linux). */
export function pushRecord(control: Control, tty: number, bytes: Uint8Array, isLine: boolean): boolean {
  const ring = ttyInput(control, tty);
  const record = new Uint8Array(2 + bytes.length);
  const header = bytes.length | (isLine ? TTY_LINE : 0);
  record[0] = header & 0xff;
  record[1] = header >> 8;
  record.set(bytes, 2);
  if (RING_BYTES - unread(control, ring) < record.length) return false;
  return writeRing(control, ring, record) === record.length;
}

/** Drops everything that was typed and not read (after Ctrl-C). */
export function flushInput(control: Control, tty: number): void {
  const ring = ttyInput(control, tty);
  control.words[ttyAt(tty) + TTY.LEFT] = 0;
  skip(control, ring, unread(control, ring));
}

export function readTty(control: Control, tty: number, target: Uint8Array): number {
  const { words } = control;
  const at = ttyAt(tty);
  const ring = ttyInput(control, tty);
  const header = new Uint8Array(2);
  let done = 0;
  while (done < target.length) {
    let left = word(control, at + TTY.LEFT);
    if (left === 0) {
      if (peek(control, ring, header) < 2) break;
      const value = (header[0] ?? 0) | ((header[1] ?? 0) << 8);
      const isLine = (value & TTY_LINE) !== 0;
      if (isLine && done > 0) break;
      skip(control, ring, 2);
      left = value & ~TTY_LINE;
      if (left === 0) return 0;
      words[at + TTY.LEFT] = left;
      words[at + TTY.IS_LINE] = isLine ? 1 : 0;
    }
    const taken = peek(control, ring, target.subarray(done, done + left));
    skip(control, ring, taken);
    done += taken;
    words[at + TTY.LEFT] = left - taken;
    if (word(control, at + TTY.IS_LINE) === 1) break;
  }
  if (done > 0 || target.length === 0) return done;
  return word(control, at + TTY.STATE) === TTY_OPEN ? -EAGAIN : 0;
}

export function writeTty(control: Control, tty: number, source: Uint8Array): number {
  if (word(control, ttyAt(tty) + TTY.STATE) !== TTY_OPEN) return -EIO;
  return writeRing(control, ttyOutput(control, tty), source);
}

export function ttyReadable(control: Control, tty: number): boolean {
  const at = ttyAt(tty);
  return unread(control, ttyInput(control, tty)) > 0 || word(control, at + TTY.LEFT) > 0 || word(control, at + TTY.STATE) !== TTY_OPEN;
}
