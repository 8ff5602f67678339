/**
 * The line discipline of a terminal: what happens between keys and programs, as Linux's n_tty does it (termios(3)).
 *
 * Cooked mode (0): lines are edited here and given to programs whole; keys are echoed; Ctrl-C, Ctrl-\ and Ctrl-Z become signals; CR becomes NL.
 * Raw mode (1, libuv's UV_TTY_MODE_RAW): every key goes to the program as it is, nothing is echoed; output still turns NL into CR NL.
 * IO mode (2, UV_TTY_MODE_IO): raw, and output is left alone as well.
 */
import { SIGNALS } from '../system/signals.ts';
import { TTY_RECORD_MAX } from '../system/ttys.ts';

export type TerminalMode = 0 | 1 | 2;

/** What a program gets. A line of no bytes is an end of file. */
export interface TerminalRecord {
  readonly bytes: Uint8Array;
  readonly isLine: boolean;
}

export interface LineDisciplineEffects {
  /** Bytes to show on the terminal. */
  echo(bytes: Uint8Array): void;
  deliver(record: TerminalRecord): void;
  /** A signal for the foreground process group; what was typed before is dropped. */
  signal(signal: number): void;
}

const CR = 0x0d;
const NL = 0x0a;
const TAB = 0x09;
const BACKSPACE = 0x08;
const DELETE = 0x7f;
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_R = 0x12;
const CTRL_U = 0x15;
const CTRL_V = 0x16;
const CTRL_W = 0x17;
const CTRL_Z = 0x1a;
const CTRL_BACKSLASH = 0x1c;

const SIGNAL_KEYS: ReadonlyMap<number, number> = new Map([
  [CTRL_C, SIGNALS.SIGINT],
  [CTRL_BACKSLASH, SIGNALS.SIGQUIT],
  [CTRL_Z, SIGNALS.SIGTSTP],
]);

const ERASE = Uint8Array.of(BACKSPACE, 0x20, BACKSPACE);

export class LineDiscipline {
  readonly #effects: LineDisciplineEffects;
  #mode: TerminalMode = 0;
  #line: number[] = [];
  #isLiteralNext = false;

  constructor(effects: LineDisciplineEffects) {
    this.#effects = effects;
  }

  get mode(): TerminalMode {
    return this.#mode;
  }

  /** Changes the mode. A line that is being typed becomes readable as it is when the terminal leaves cooked mode, as on Linux. */
  setMode(mode: TerminalMode): void {
    if (this.#mode === 0 && mode !== 0 && this.#line.length > 0) {
      this.#effects.deliver({ bytes: Uint8Array.from(this.#line), isLine: false });
      this.#line = [];
    }
    this.#isLiteralNext = false;
    this.#mode = mode;
  }

  /** Keys from the user. */
  input(bytes: Uint8Array): void {
    if (this.#mode === 0) {
      for (const byte of bytes) this.#cook(byte);
      return;
    }
    for (let from = 0; from < bytes.length; from += TTY_RECORD_MAX) {
      this.#effects.deliver({ bytes: bytes.slice(from, from + TTY_RECORD_MAX), isLine: false });
    }
  }

  /** What a program wrote, as the terminal has to show it. */
  output(bytes: Uint8Array): Uint8Array {
    if (this.#mode === 2) return bytes;
    let lines = 0;
    for (const byte of bytes) if (byte === NL) lines++;
    if (lines === 0) return bytes;
    const result = new Uint8Array(bytes.length + lines);
    let at = 0;
    for (const byte of bytes) {
      if (byte === NL) result[at++] = CR;
      result[at++] = byte;
    }
    return result;
  }

  #cook(typed: number): void {
    if (this.#isLiteralNext) {
      this.#isLiteralNext = false;
      this.#append(typed);
      return;
    }
    const byte = typed === CR ? NL : typed;
    const signal = SIGNAL_KEYS.get(byte);
    if (signal !== undefined) {
      this.#echoByte(byte);
      this.#line = [];
      this.#effects.signal(signal);
      return;
    }
    switch (byte) {
      case DELETE:
      case BACKSPACE:
        this.#eraseCharacter();
        break;
      case CTRL_W:
        this.#eraseWord();
        break;
      case CTRL_U:
        while (this.#line.length > 0) this.#eraseCharacter();
        break;
      case CTRL_R:
        this.#echoByte(CTRL_R);
        this.#effects.echo(Uint8Array.of(CR, NL));
        for (const one of this.#line) this.#echoByte(one);
        break;
      case CTRL_V:
        this.#isLiteralNext = true;
        break;
      case CTRL_D:
        this.#endLine();
        break;
      case NL:
        this.#effects.echo(Uint8Array.of(CR, NL));
        this.#line.push(NL);
        this.#endLine();
        break;
      default:
        this.#append(byte);
    }
  }

  #append(byte: number): void {
    // One byte stays for the newline, as on Linux: longer lines lose what is too much.
    if (this.#line.length >= TTY_RECORD_MAX - 1) return;
    this.#line.push(byte);
    this.#echoByte(byte);
  }

  #endLine(): void {
    this.#effects.deliver({ bytes: Uint8Array.from(this.#line), isLine: true });
    this.#line = [];
  }

  #echoByte(byte: number): void {
    const isControl = (byte < 0x20 && byte !== TAB && byte !== NL) || byte === DELETE;
    this.#effects.echo(isControl ? Uint8Array.of(0x5e, byte ^ 0x40) : Uint8Array.of(byte));
  }

  /** Takes the last character (all bytes of its UTF-8 sequence) off the line and off the screen. */
  #eraseCharacter(): void {
    let byte = this.#line.pop();
    if (byte === undefined) return;
    let code = 0;
    for (let shift = 0; byte !== undefined && (byte & 0xc0) === 0x80; shift += 6) {
      code |= (byte & 0x3f) << shift;
      byte = this.#line.pop();
      if (byte !== undefined && (byte & 0xc0) !== 0x80) code |= (byte & (0x3f >> (shift / 6 + 1))) << (shift + 6);
    }
    if (byte === undefined) return;
    const width = byte < 0x80 ? asciiWidth(byte) : isWide(code) ? 2 : 1;
    for (let i = 0; i < width; i++) this.#effects.echo(ERASE);
  }

  #eraseWord(): void {
    const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === TAB;
    while (isSpace(this.#line.at(-1))) this.#eraseCharacter();
    while (this.#line.length > 0 && !isSpace(this.#line.at(-1))) this.#eraseCharacter();
  }
}

/** Columns of an echoed ASCII byte: control characters show as ^X. A tab counts as one column: its place on the line is not known here. */
function asciiWidth(byte: number): number {
  return (byte < 0x20 && byte !== TAB) || byte === DELETE ? 2 : 1;
}

/** East Asian wide and emoji ranges (Unicode TR11), coarse: enough to erase what was echoed. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
