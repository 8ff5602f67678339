/** What the installer says: standard output, npm's `npm error`/`npm warn` lines on standard error, and progress. */
import type { System } from '../system/types.ts';
import type { InstallError } from './errors.ts';

const encoder = new TextEncoder();

export type Phase = 'resolve' | 'fetch' | 'link' | 'scripts';

export interface Progress {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
  /** Bytes fetched so far. */
  readonly bytes: number;
  /** What is worked on. */
  readonly name: string;
}

export class Output {
  readonly #system: System;
  readonly #silent: boolean;
  readonly #machine: boolean;
  readonly #line: boolean;
  readonly colors: boolean;
  #shown = false;

  constructor(system: System, env: ReadonlyMap<string, string>, silent: boolean) {
    this.#system = system;
    this.#silent = silent;
    this.#machine = env.get('JAMPOT_PROGRESS') === '1';
    this.#line = !silent && system.isTerminal(2) && !this.#machine && env.get('CI') === undefined;
    this.colors = system.isTerminal(1) && env.get('NO_COLOR') === undefined;
  }

  #write(fd: number, text: string): void {
    // A reader that went away is no reason to stop an install halfway.
    this.#system.writeBlocking(fd, encoder.encode(text));
  }

  standard(text = ''): void {
    this.clearProgress();
    this.#write(1, `${text}\n`);
  }

  /** A message that `--silent` leaves out. */
  notice(text = ''): void {
    if (!this.#silent) this.standard(text);
  }

  #lines(level: string, color: string, text: string): void {
    this.clearProgress();
    const prefix = this.#system.isTerminal(2) && this.colors ? `npm \u001B[${color}m${level}\u001B[39m` : `npm ${level}`;
    this.#write(
      2,
      text
        .split('\n')
        .map((line) => `${prefix}${line === '' ? '' : ` ${line}`}\n`)
        .join(''),
    );
  }

  warn(text: string): void {
    if (!this.#silent) this.#lines('warn', '33', text);
  }

  error(text: string): void {
    if (!this.#silent) this.#lines('error', '31', text);
  }

  failure(error: InstallError): void {
    this.error(error.code === '' ? error.message : `code ${error.code}\n${error.message}`);
  }

  /** For the IDE an OSC 7337 sequence with JSON, for people at a terminal one line that is overwritten. */
  progress(progress: Progress): void {
    if (this.#machine) {
      this.#write(2, `\u001B]7337;${JSON.stringify(progress)}\u0007`);
    } else if (this.#line) {
      const width = this.#system.windowSize(2);
      const columns = typeof width === 'number' ? 80 : width.columns;
      const text = `${progress.phase} ${progress.done}/${progress.total} ${progress.name}`.slice(0, Math.max(columns - 1, 10));
      this.#write(2, `\r\u001B[K${text}`);
      this.#shown = true;
    }
  }

  clearProgress(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#write(2, '\r\u001B[K');
  }
}
