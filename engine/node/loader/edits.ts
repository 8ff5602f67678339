/** Insertions and replacements in a source text, and where each column went. */

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

export class Edits {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #texts: string[] = [];
  #order: number[] | undefined;

  get size(): number {
    return this.#starts.length;
  }

  /** Replaces `[start, end)`. Edits at one place keep the order in which they were made. Returns a handle for `setText`. */
  replace(start: number, end: number, text: string): number {
    this.#order = undefined;
    this.#ends.push(end);
    this.#texts.push(text);
    return this.#starts.push(start) - 1;
  }

  insert(position: number, text: string): number {
    return this.replace(position, position, text);
  }

  /** Replaces by spaces and keeps line ends. */
  blank(source: string, start: number, end: number): void {
    this.replace(start, end, source.slice(start, end).replaceAll(/[^\n\r\u2028\u2029]/g, ' '));
  }

  /** Fills in an edit whose text was not known when it was placed. */
  setText(handle: number, text: string): void {
    this.#texts[handle] = text;
  }

  apply(source: string): string {
    const parts: string[] = [];
    let at = 0;
    for (const index of this.#sorted()) {
      const start = this.#starts[index] as number;
      if (start > at) parts.push(source.slice(at, start));
      parts.push(this.#texts[index] as string);
      at = Math.max(at, this.#ends[index] as number);
    }
    parts.push(source.slice(at));
    return parts.join('');
  }

  /** Original offset of an offset in the edited text; inside inserted text: where it was inserted. */
  originalOffset(generated: number): number {
    let shift = 0;
    for (const index of this.#sorted()) {
      const start = this.#starts[index] as number;
      const end = this.#ends[index] as number;
      const text = this.#texts[index] as string;
      if (generated < start + shift) break;
      // Equally long replacements keep their columns inside.
      if (generated < start + shift + text.length) return text.length === end - start ? generated - shift : start;
      shift += text.length - (end - start);
    }
    return generated - shift;
  }

  #sorted(): readonly number[] {
    this.#order ??= this.#starts
      .map((_, index) => index)
      .sort((a, b) => (this.#starts[a] as number) - (this.#starts[b] as number) || a - b);
    return this.#order;
  }
}

/** Offset of a 1-based line and column. */
export function offsetOf(text: string, position: Position): number {
  let offset = 0;
  for (let line = 1; line < position.line; line++) {
    const next = text.indexOf('\n', offset);
    if (next === -1) return text.length;
    offset = next + 1;
  }
  return Math.min(text.length, offset + position.column - 1);
}

export function positionOf(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    line++;
    start = next + 1;
  }
  return { line, column: offset - start + 1 };
}
