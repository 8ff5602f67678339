import type { System } from '../../system/types.ts';
import { encode } from '../codec.ts';
import { EINTR } from '../errno.ts';
import type { Completion } from './completion.ts';
import type { History } from './history.ts';
import { KeyDecoder } from './keys.ts';
import type { Key } from './keys.ts';
import { LineBuffer } from './line-buffer.ts';
import { characterWidth, displayWidth, stripControls } from './width.ts';

export type LineResult = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupt' } | { readonly kind: 'end' };

interface Position {
  readonly row: number;
  readonly column: number;
}

/** Reads lines from a terminal in raw mode: editing, history, search, completion. */
export class LineEditor {
  private readonly system: System;
  private readonly history: History;
  private readonly completer: (beforeCursor: string) => Completion;
  private readonly onSignal: () => void;
  private readonly decoder = new KeyDecoder();
  /** Keys typed ahead of the line that they belong to. */
  private queue: Key[] = [];
  private buffer = new LineBuffer();
  private prompt = '';
  private cursorRow = 0;
  private historyIndex = 0;
  private draft = '';
  private search: { text: string; index: number } | null = null;
  private tabs = 0;

  constructor(system: System, history: History, completer: (beforeCursor: string) => Completion, onSignal: () => void) {
    this.system = system;
    this.history = history;
    this.completer = completer;
    this.onSignal = onSignal;
  }

  /** Shows a prompt (its last line is drawn again with the text) and reads a line. */
  read(prompt: string): LineResult {
    const lastLine = prompt.lastIndexOf('\n') + 1;
    this.write(prompt.slice(0, lastLine).replaceAll('\n', '\r\n'));
    this.prompt = prompt.slice(lastLine);
    this.buffer = new LineBuffer();
    this.historyIndex = this.history.length;
    this.draft = '';
    this.search = null;
    this.cursorRow = 0;
    this.system.setTerminalMode(0, 1);
    this.write('\x1b[?2004h');
    this.redraw();
    try {
      for (;;) {
        const result = this.handle(this.nextKey());
        if (result !== null) return result;
      }
    } finally {
      this.write('\x1b[?2004l');
      this.system.setTerminalMode(0, 0);
    }
  }

  private write(text: string): void {
    if (text !== '') this.system.writeBlocking(1, encode(text));
  }

  private nextKey(): Key | null {
    const bytes = new Uint8Array(4096);
    while (this.queue.length === 0) {
      const count = this.system.readBlocking(0, bytes);
      if (count === -EINTR) {
        this.onSignal();
        // The window may have another width: what is on the screen is drawn again for it.
        this.redraw();
        continue;
      }
      if (count <= 0) return null;
      this.queue = this.decoder.decode(bytes.slice(0, count));
    }
    return this.queue.shift() ?? null;
  }

  private handle(key: Key | null): LineResult | null {
    if (key === null) return { kind: 'end' };
    if (this.search !== null && this.handleSearch(key)) return null;
    if (key.kind !== 'control' || key.name !== 'tab') this.tabs = 0;
    if (key.kind === 'text') this.type(key.text);
    else if (key.kind === 'paste') {
      this.buffer.insert(key.text.replace(/\r\n?/g, '\n').replace(/\n$/, ''));
      this.redraw();
    } else return this.control(key.name);
    return null;
  }

  private type(text: string): void {
    const atEnd = this.buffer.afterCursor === '';
    this.buffer.insert(text);
    const end = this.measure(this.prompt + this.buffer.text);
    // At the end of a line that does not wrap, what is typed is simply shown.
    if (atEnd && end.row === this.cursorRow && end.column < this.columns() && !this.buffer.text.includes('\n')) this.write(text);
    else this.redraw();
  }

  private control(name: string): LineResult | null {
    switch (name) {
      case 'enter':
        this.buffer.move('end');
        this.redraw();
        this.write('\r\n');
        return { kind: 'line', text: this.buffer.text };
      case 'interrupt':
        this.buffer.move('end');
        this.redraw();
        this.write('^C\r\n');
        return { kind: 'interrupt' };
      case 'end-of-file':
        if (this.buffer.text === '') return { kind: 'end' };
        this.buffer.edit('delete');
        break;
      case 'clear':
        this.write('\x1b[H\x1b[2J');
        this.cursorRow = 0;
        break;
      case 'up':
      case 'down':
        this.browse(name === 'up' ? -1 : 1);
        break;
      case 'search':
        this.search = { text: '', index: this.history.length };
        break;
      case 'last-argument': {
        const last = this.history
          .at(this.history.length - 1)
          ?.split(/\s+/)
          .at(-1);
        if (last !== undefined) this.buffer.insert(last);
        break;
      }
      case 'tab':
        this.completeWord();
        break;
      default:
        if (!this.buffer.move(name)) this.buffer.edit(name);
    }
    this.redraw();
    return null;
  }

  private browse(step: number): void {
    const index = this.historyIndex + step;
    if (index < 0 || index > this.history.length) return;
    if (this.historyIndex === this.history.length) this.draft = this.buffer.text;
    this.historyIndex = index;
    this.buffer.set(index === this.history.length ? this.draft : (this.history.at(index) ?? ''));
  }

  /** Whether the key belonged to the search; others end it and do what they do. */
  private handleSearch(key: Key): boolean {
    const search = this.search;
    if (search === null) return false;
    if (key.kind === 'text') {
      search.text += key.text;
      const found = this.history.search(search.text, search.index + 1);
      if (found >= 0) search.index = found;
    } else if (key.kind === 'control' && key.name === 'backspace') {
      search.text = search.text.slice(0, -1);
      search.index = this.history.length;
      const found = this.history.search(search.text, search.index);
      if (found >= 0 && search.text !== '') search.index = found;
    } else if (key.kind === 'control' && key.name === 'search') {
      const found = this.history.search(search.text, search.index);
      if (found >= 0) search.index = found;
    } else {
      const line = this.history.at(search.index);
      this.search = null;
      const cancelled = key.kind === 'control' && (key.name === 'cancel' || key.name === 'interrupt');
      if (!cancelled && line !== undefined) {
        this.buffer.set(line);
        this.historyIndex = search.index;
      }
      this.redraw();
      return cancelled;
    }
    this.redraw();
    return true;
  }

  private completeWord(): void {
    const before = this.buffer.beforeCursor;
    const { replaced, candidates } = this.completer(before);
    this.tabs++;
    const [first] = candidates;
    if (first === undefined) return;
    const typed = replaced === 0 ? '' : before.slice(-replaced);
    let common = first.text;
    for (const { text } of candidates) while (!text.startsWith(common)) common = common.slice(0, -1);
    const single = candidates.length === 1;
    const text = single && first.final && !this.buffer.afterCursor.startsWith(' ') ? `${common} ` : common;
    if (text.length > typed.length || (single && text !== typed)) {
      const after = this.buffer.afterCursor;
      this.buffer.set(before.slice(0, before.length - replaced) + text);
      const keep = this.buffer.text;
      this.buffer.set(keep + after);
      for (let i = 0; i < [...after].length; i++) this.buffer.move('left');
      if (!single && this.tabs < 2) return;
      if (single) {
        this.tabs = 0;
        return;
      }
    }
    if (this.tabs >= 2 || common.length <= typed.length) this.showCandidates(candidates.map((candidate) => candidate.shown));
  }

  private showCandidates(names: readonly string[]): void {
    const limit = 200;
    const shown = names.slice(0, limit);
    const width = Math.max(...shown.map(displayWidth)) + 2;
    const perRow = Math.max(1, Math.floor(this.columns() / width));
    const rows = Math.ceil(shown.length / perRow);
    let text = '\r\n';
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < perRow; column++) {
        const name = shown[column * rows + row];
        if (name !== undefined) text += name + (column < perRow - 1 ? ' '.repeat(width - displayWidth(name)) : '');
      }
      text = `${text.trimEnd()}\r\n`;
    }
    if (names.length > limit) text += `… and ${names.length - limit} more\r\n`;
    this.write(text.startsWith('\r\n') ? text : `\r\n${text}`);
    this.cursorRow = 0;
  }

  private columns(): number {
    const size = this.system.windowSize(1);
    return typeof size === 'number' || size.columns < 1 ? 80 : size.columns;
  }

  /** Where the cursor is after some text that starts at the left edge. */
  private measure(text: string): Position {
    const columns = this.columns();
    let row = 0;
    let column = 0;
    for (const character of stripControls(text)) {
      if (character === '\n') {
        row++;
        column = 0;
        continue;
      }
      const width = characterWidth(character);
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
    }
    return { row, column };
  }

  private redraw(): void {
    let prompt = this.prompt;
    let before = this.buffer.beforeCursor;
    let after = this.buffer.afterCursor;
    if (this.search !== null) {
      prompt = `(search) ${this.search.text}: `;
      before = this.history.at(this.search.index) ?? '';
      after = '';
    }
    const columns = this.columns();
    let out = '\r';
    if (this.cursorRow > 0) out += `\x1b[${this.cursorRow}A`;
    out += `\x1b[J${prompt}${(before + after).replaceAll('\n', '\r\n')}`;
    let end = this.measure(prompt + before + after);
    if (end.column >= columns) {
      // The terminal holds the cursor at the edge until the next character: put it where it belongs.
      out += '\r\n';
      end = { row: end.row + 1, column: 0 };
    }
    let target = this.measure(prompt + before);
    if (target.column >= columns) target = { row: target.row + 1, column: 0 };
    if (end.row > target.row) out += `\x1b[${end.row - target.row}A`;
    out += '\r';
    if (target.column > 0) out += `\x1b[${target.column}C`;
    this.cursorRow = target.row;
    this.write(out);
  }
}
