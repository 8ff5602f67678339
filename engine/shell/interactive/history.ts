import type { System } from '../../system/types.ts';
import { decode, encode } from '../codec.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../open-flags.ts';

const LIMIT = 2000;

/** Lines that were entered, oldest first; kept in a file, one a line, shared by all shells of the project. Commands of several lines live as long as the shell. */
export class History {
  private readonly system: System;
  private readonly path: string | undefined;
  private lines: string[] = [];

  constructor(system: System, path: string | undefined) {
    this.system = system;
    this.path = path;
    if (path === undefined) return;
    const bytes = system.files.readFile(path);
    if (typeof bytes === 'number') return;
    this.lines = decode(bytes)
      .split('\n')
      .filter((line) => line !== '');
    if (this.lines.length > LIMIT * 2) {
      this.lines = this.lines.slice(-LIMIT);
      system.files.writeFile(path, encode(`${this.lines.join('\n')}\n`), 0o600);
    }
  }

  get length(): number {
    return this.lines.length;
  }

  at(index: number): string | undefined {
    return this.lines[index];
  }

  add(line: string): void {
    if (line.trim() === '' || line.startsWith(' ') || this.lines.at(-1) === line) return;
    this.lines.push(line);
    if (this.path === undefined || line.includes('\n')) return;
    const fd = this.system.open(this.path, O_WRONLY | O_CREAT | O_APPEND, 0o600);
    if (fd < 0) return;
    this.system.writeBlocking(fd, encode(`${line}\n`));
    this.system.close(fd);
  }

  /** Index of the newest line before `from` that contains the text; -1 when there is none. */
  search(text: string, from: number): number {
    for (let index = Math.min(from, this.lines.length) - 1; index >= 0; index--)
      if (this.lines[index]?.includes(text) === true) return index;
    return -1;
  }
}
