/** Where a text stops being JSON (RFC 8259): V8 says so only when nobody catches the error. */

const SPACE = /[\t\n\r ]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Of a string up to what ends it or must not be there. */
const CHARACTERS = /(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/uy;

class Wrong {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Offset of the first character that does not belong there; the text's length if it ends too early. */
  find(): number {
    try {
      this.#value();
      this.#skip(SPACE);
      return this.#at;
    } catch (error) {
      if (error instanceof Wrong) return error.at;
      throw error;
    }
  }

  #skip(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    const length = pattern.exec(this.#text)?.[0].length ?? 0;
    this.#at += length;
    return length;
  }

  /** The next character that is no space. */
  #next(): string {
    this.#skip(SPACE);
    return this.#text[this.#at] ?? '';
  }

  #take(expected: string): void {
    for (const character of expected) {
      if (this.#text[this.#at] !== character) throw new Wrong(this.#at);
      this.#at++;
    }
  }

  #value(): void {
    switch (this.#next()) {
      case '{':
        return this.#list('}', () => {
          if (this.#next() !== '"') throw new Wrong(this.#at);
          this.#string();
          this.#next();
          this.#take(':');
          this.#value();
        });
      case '[':
        return this.#list(']', () => this.#value());
      case '"':
        return this.#string();
      case 't':
        return this.#take('true');
      case 'f':
        return this.#take('false');
      case 'n':
        return this.#take('null');
      default:
        if (this.#skip(NUMBER) === 0) throw new Wrong(this.#at);
    }
  }

  #list(close: string, item: () => void): void {
    this.#at++;
    if (this.#next() === close) return this.#take(close);
    for (;;) {
      item();
      if (this.#next() !== ',') return this.#take(close);
      this.#at++;
    }
  }

  #string(): void {
    this.#at++;
    this.#skip(CHARACTERS);
    this.#take('"');
  }
}

export function jsonErrorOffset(text: string): number {
  return new Scanner(text).find();
}
