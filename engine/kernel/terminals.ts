/** The kernel's side of terminals: keystrokes go through the line discipline to programs, their output to whoever shows it. */
import type { Control } from '../system/control.ts';
import { lock, setBit, clearBit, unlock, word } from '../system/control.ts';
import { RING, RING_BYTES, TTY } from '../system/layout.ts';
import { readRing, ringAt } from '../system/rings.ts';
import { SIGNALS } from '../system/signals.ts';
import { allocateTty, flushInput, hangUpTty, pushRecord, ttyAt, ttyOutput } from '../system/ttys.ts';
import type { WindowSize } from '../system/types.ts';
import { LineDiscipline } from './line-discipline.ts';
import type { TerminalMode } from './line-discipline.ts';

export interface TerminalOptions {
  readonly size: WindowSize;
  /** Shows bytes. A promise holds further output back until it is fulfilled, and with it the programs that write. */
  readonly onOutput: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>;
  readonly signalGroup: (group: number, signal: number) => void;
}

export class Terminal {
  readonly tty: number;
  readonly #control: Control;
  readonly #options: TerminalOptions;
  readonly #discipline: LineDiscipline;
  readonly #scratch = new Uint8Array(RING_BYTES);
  #isHeld = false;
  #isClosed = false;

  /** @throws when all terminals are in use. */
  constructor(control: Control, options: TerminalOptions) {
    this.#control = control;
    this.#options = options;
    lock(control);
    this.tty = allocateTty(control, options.size.columns, options.size.rows);
    unlock(control);
    if (this.tty < 0) throw new Error('No terminal is free: close one first.');
    setBit(control, ringAt(ttyOutput(control, this.tty)) + RING.READ_INTEREST, control.slot);
    this.#discipline = new LineDiscipline({
      echo: (bytes) => this.#show(bytes),
      deliver: ({ bytes, isLine }) => this.#locked(() => pushRecord(control, this.tty, bytes, isLine)),
      signal: (signal) => {
        this.#locked(() => flushInput(control, this.tty));
        this.#signal(signal);
      },
    });
  }

  input(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    // What programs wrote before the key was pressed comes before its echo.
    this.drain();
    this.#discipline.input(bytes);
  }

  setMode(mode: TerminalMode): void {
    if (this.#isClosed) return;
    this.drain();
    this.#discipline.setMode(mode);
    this.#control.words[ttyAt(this.tty) + TTY.MODE] = mode;
  }

  resize({ columns, rows }: WindowSize): void {
    const at = ttyAt(this.tty);
    if (this.#isClosed || (word(this.#control, at + TTY.COLUMNS) === columns && word(this.#control, at + TTY.ROWS) === rows)) return;
    this.#control.words[at + TTY.COLUMNS] = columns;
    this.#control.words[at + TTY.ROWS] = rows;
    this.#signal(SIGNALS.SIGWINCH);
  }

  setForeground(group: number): void {
    Atomics.store(this.#control.words, ttyAt(this.tty) + TTY.FOREGROUND, group);
  }

  /** Shows what programs have written. */
  drain(): void {
    while (!this.#isHeld && !this.#isClosed) {
      const length = this.#locked(() => readRing(this.#control, ttyOutput(this.#control, this.tty), this.#scratch));
      if (length <= 0) return;
      this.#show(this.#discipline.output(this.#scratch.subarray(0, length)));
    }
  }

  /** Shows the rest, however slow the viewer is, and hangs up: programs that still hold the terminal read its end and cannot write. */
  hangUp(): void {
    if (this.#isClosed) return;
    this.#isHeld = false;
    for (;;) {
      const length = this.#locked(() => readRing(this.#control, ttyOutput(this.#control, this.tty), this.#scratch));
      if (length <= 0) break;
      this.#show(this.#discipline.output(this.#scratch.subarray(0, length)));
    }
    this.#isClosed = true;
    clearBit(this.#control, ringAt(ttyOutput(this.#control, this.tty)) + RING.READ_INTEREST, this.#control.slot);
    this.#locked(() => hangUpTty(this.#control, this.tty));
  }

  #show(bytes: Uint8Array): void {
    const accepted = this.#options.onOutput(bytes.slice());
    if (accepted === undefined) return;
    this.#isHeld = true;
    const goOn = (): void => {
      this.#isHeld = false;
      this.drain();
    };
    // A viewer that is gone does not stop programs.
    accepted.then(goOn, goOn);
  }

  #signal(signal: number): void {
    const group = word(this.#control, ttyAt(this.tty) + TTY.FOREGROUND);
    if (group > 0) this.#options.signalGroup(group, signal);
  }

  #locked<T>(action: () => T): T {
    lock(this.#control);
    try {
      return action();
    } finally {
      unlock(this.#control);
    }
  }
}
