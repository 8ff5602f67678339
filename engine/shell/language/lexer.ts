import type { List, Redirect, Word, WordPart } from './ast.ts';
import { ShellSyntaxError } from './syntax-error.ts';

export type Token =
  | { readonly type: 'word'; readonly word: Word; readonly raw: string; readonly start: number; readonly end: number }
  | { readonly type: 'operator'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly type: 'io-number'; readonly fd: number; readonly start: number; readonly end: number }
  | { readonly type: 'newline'; readonly start: number; readonly end: number }
  | { readonly type: 'end'; readonly start: number; readonly end: number };

export interface Dialect {
  /** What bash adds: `[[`, `${x/y/z}`, `$'…'`, `&>`, `<<<` are understood in every mode; this turns on brace expansion. */
  readonly braces: boolean;
}

/** Parses the commands of `$(`; returns them and the offset after `)`. */
export type ParseSubstitution = (source: string, offset: number, line: number) => { readonly body: List; readonly end: number };

const OPERATORS = ['&>>', '<<<', '<<-', '&&', '||', ';;', '<<', '>>', '<&', '>&', '<>', '>|', '&>', '&', '|', ';', '<', '>', '(', ')'];
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPECIAL = /[@*#?$!0-9-]/;

interface PendingHereDocument {
  readonly redirect: Redirect;
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
}

/** Cuts shell source into tokens, on demand: what is a word depends on what the parser reads. */
export class Lexer {
  source: string;
  position: number;
  private line: number;
  private readonly parseSubstitution: ParseSubstitution;
  private readonly parseAll: (source: string, line: number) => List;
  private peeked: Token | undefined;
  private pending: PendingHereDocument[] = [];

  constructor(
    source: string,
    position: number,
    line: number,
    parseSubstitution: ParseSubstitution,
    parseAll: (source: string, line: number) => List,
  ) {
    this.source = source;
    this.position = position;
    this.line = line;
    this.parseSubstitution = parseSubstitution;
    this.parseAll = parseAll;
  }

  get currentLine(): number {
    return this.line;
  }

  peek(): Token {
    this.peeked ??= this.read();
    return this.peeked;
  }

  next(): Token {
    const token = this.peek();
    this.peeked = undefined;
    return token;
  }

  /** Replaces the text between two offsets (alias expansion) and reads on from `start`. */
  splice(start: number, end: number, text: string): void {
    this.source = this.source.slice(0, start) + text + this.source.slice(end);
    this.position = start;
    this.peeked = undefined;
  }

  expectHereDocument(redirect: Redirect, stripTabs: boolean): void {
    const quoted = redirect.target.parts.some((part) => part.type !== 'literal');
    this.pending.push({ redirect, delimiter: plainText(redirect.target), quoted, stripTabs });
  }

  /** Reads the bodies that are still due when the source ends without a newline. */
  finish(): void {
    if (this.pending.length > 0) this.readHereDocuments();
  }

  fail(message: string, incomplete = false): never {
    throw new ShellSyntaxError(message, this.line, incomplete);
  }

  private skipBlanks(): void {
    for (;;) {
      const c = this.source[this.position];
      if (c === ' ' || c === '\t' || c === '\r') this.position++;
      else if (c === '\\' && this.source[this.position + 1] === '\n') {
        this.position += 2;
        this.line++;
      } else if (c === '#') {
        const end = this.source.indexOf('\n', this.position);
        this.position = end < 0 ? this.source.length : end;
      } else return;
    }
  }

  private read(): Token {
    this.skipBlanks();
    const start = this.position;
    const c = this.source[start];
    if (c === undefined) return { type: 'end', start, end: start };
    if (c === '\n') {
      this.position++;
      this.line++;
      if (this.pending.length > 0) this.readHereDocuments();
      return { type: 'newline', start, end: start + 1 };
    }
    const operator = OPERATORS.find((candidate) => this.source.startsWith(candidate, start));
    if (operator !== undefined) {
      this.position += operator.length;
      return { type: 'operator', text: operator, start, end: this.position };
    }
    const number = /\d+(?=[<>])/y;
    number.lastIndex = start;
    const match = number.exec(this.source);
    if (match !== null) {
      this.position += match[0].length;
      return { type: 'io-number', fd: Number(match[0]), start, end: this.position };
    }
    const parts = this.readParts((character) => /[\s;&|<>()]/.test(character), 'bare');
    return { type: 'word', word: { parts }, raw: this.source.slice(start, this.position), start, end: this.position };
  }

  /** A conditional's right-hand side of `=~`: parentheses and bars belong to the word. */
  readPatternWord(): Word {
    if (this.peeked !== undefined) {
      this.position = this.peeked.start;
      this.peeked = undefined;
    }
    this.skipBlanks();
    return { parts: this.readParts((character) => /\s/.test(character), 'bare') };
  }

  private readParts(
    stop: (character: string) => boolean,
    mode: 'bare' | 'double' | 'here' | 'brace' | 'brace-double' | 'arithmetic',
  ): WordPart[] {
    const parts: WordPart[] = [];
    let literal = '';
    const inQuotes = mode === 'double' || mode === 'here' || mode === 'brace-double' || mode === 'arithmetic';
    const flush = (): void => {
      if (literal !== '') parts.push({ type: 'literal', text: literal });
      literal = '';
    };
    let depth = 0;
    for (;;) {
      const c = this.source[this.position];
      if (c === undefined) {
        if (mode === 'double') this.fail('Syntax error: Unterminated quoted string', true);
        if (mode === 'brace' || mode === 'brace-double') this.fail("Syntax error: Missing '}'", true);
        if (mode === 'arithmetic') this.fail("Syntax error: Missing '))'", true);
        break;
      }
      if (mode === 'arithmetic') {
        if (c === '(') depth++;
        else if (c === ')') {
          if (depth === 0) break;
          depth--;
        }
      } else if (stop(c)) break;
      if (c === '\n') this.line++;
      if (c === '\\') {
        const next = this.source[this.position + 1];
        if (next === undefined) {
          literal += '\\';
          this.position++;
        } else if (next === '\n') {
          this.position += 2;
          this.line++;
        } else if (!inQuotes || /[$`\\]/.test(next) || (next === '"' && mode !== 'here') || (next === '}' && mode === 'brace-double')) {
          flush();
          parts.push({ type: 'quoted', text: next });
          this.position += 2;
        } else {
          literal += '\\';
          this.position++;
        }
      } else if (c === "'" && !inQuotes) {
        flush();
        parts.push({ type: 'quoted', text: this.readSingleQuoted() });
      } else if (c === '"' && mode !== 'double' && mode !== 'here' && mode !== 'arithmetic') {
        flush();
        this.position++;
        const inner = this.readParts((character) => character === '"', 'double');
        this.position++;
        parts.push({ type: 'double', parts: inner });
      } else if (c === '$') {
        if (this.source[this.position + 1] === "'" && !inQuotes) {
          flush();
          this.position++;
          parts.push({ type: 'quoted', text: this.readAnsiQuoted() });
          continue;
        }
        const part = this.readDollar(inQuotes);
        if (part === null) literal += '$';
        else {
          flush();
          parts.push(part);
        }
      } else if (c === '`') {
        flush();
        parts.push(this.readBackticks(inQuotes));
      } else {
        literal += c;
        this.position++;
      }
    }
    flush();
    return parts;
  }

  private readSingleQuoted(): string {
    const end = this.source.indexOf("'", this.position + 1);
    if (end < 0) this.fail('Syntax error: Unterminated quoted string', true);
    const text = this.source.slice(this.position + 1, end);
    this.line += text.split('\n').length - 1;
    this.position = end + 1;
    return text;
  }

  private readAnsiQuoted(): string {
    let end = this.position + 1;
    while (end < this.source.length && this.source[end] !== "'") end += this.source[end] === '\\' ? 2 : 1;
    if (end >= this.source.length) this.fail('Syntax error: Unterminated quoted string', true);
    const text = this.source.slice(this.position + 1, end);
    this.position = end + 1;
    const named: Record<string, string> = { n: '\n', t: '\t', r: '\r', e: '\x1b', E: '\x1b', a: '\x07', b: '\b', f: '\f', v: '\v' };
    return text.replace(/\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|[\s\S])/g, (_, escape: string) => {
      if (/^[xu][0-9a-fA-F]/.test(escape)) return String.fromCodePoint(parseInt(escape.slice(1), 16));
      if (/^[0-7]/.test(escape)) return String.fromCodePoint(parseInt(escape, 8));
      return named[escape] ?? (/[\\'"?]/.test(escape) ? escape : `\\${escape}`);
    });
  }

  /** Reads what follows `$`; null when it stands for itself. */
  private readDollar(inQuotes: boolean): WordPart | null {
    const next = this.source[this.position + 1] ?? '';
    if (next === '(') {
      if (this.source[this.position + 2] === '(') {
        const arithmetic = this.tryArithmetic();
        if (arithmetic !== null) return arithmetic;
      }
      const start = this.position;
      const { body, end } = this.parseSubstitution(this.source, this.position + 2, this.line);
      this.line += this.source.slice(this.position, end).split('\n').length - 1;
      this.position = end;
      return { type: 'command', body, text: this.source.slice(start + 2, end - 1) };
    }
    if (next === '{') return this.readBraced(inQuotes);
    NAME.lastIndex = this.position + 1;
    const name = NAME.exec(this.source);
    if (name !== null) {
      this.position += 1 + name[0].length;
      return { type: 'parameter', name: name[0] };
    }
    this.position++;
    if (SPECIAL.test(next)) {
      this.position++;
      return { type: 'parameter', name: next };
    }
    return null;
  }

  private tryArithmetic(): WordPart | null {
    const { position, line } = this;
    this.position += 3;
    try {
      const expression = this.readParts(() => false, 'arithmetic');
      if (this.source.startsWith('))', this.position)) {
        this.position += 2;
        return { type: 'arithmetic', expression };
      }
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      if (error.incomplete) throw error;
    }
    // `$((` can also open a command substitution with a subshell in it.
    this.position = position;
    this.line = line;
    return null;
  }

  private readBraced(inQuotes: boolean): WordPart {
    const start = this.position;
    this.position += 2;
    const bad = (): never => this.fail('Bad substitution');
    const rest = this.source.slice(this.position, this.position + 300);
    const length = /^#([A-Za-z_][A-Za-z0-9_]*|[@*#?$!-]|\d+)\}/.exec(rest);
    if (length !== null) {
      this.position += length[0].length;
      return { type: 'parameter', name: length[1] ?? '', operator: 'length' };
    }
    const name = /^([A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-])/.exec(rest);
    if (name === null) return rest === '' ? this.fail("Syntax error: Missing '}'", true) : bad();
    this.position += name[0].length;
    if (this.source[this.position] === '}') {
      this.position++;
      return { type: 'parameter', name: name[0] };
    }
    const operator = /^(:[-=?+]|##|%%|\/\/|\^\^|,,|[-=?+#%/:^,])/.exec(this.source.slice(this.position, this.position + 2));
    if (operator === null) {
      if (this.position >= this.source.length) this.fail("Syntax error: Missing '}'", true);
      this.position = start;
      return bad();
    }
    this.position += operator[0].length;
    const symbol = operator[0];
    const pattern = /^[#%/]/.test(symbol);
    const two = symbol === '/' || symbol === '//' || symbol === ':';
    const mode = inQuotes && !pattern ? 'brace-double' : 'brace';
    const argument: Word = { parts: this.readParts((c) => c === '}' || (two && c === (symbol === ':' ? ':' : '/')), mode) };
    let second: Word | undefined;
    if (two && this.source[this.position] !== '}') {
      this.position++;
      second = { parts: this.readParts((c) => c === '}', mode) };
    }
    this.position++;
    return { type: 'parameter', name: name[0], operator: symbol, argument, ...(second === undefined ? {} : { second }) };
  }

  private readBackticks(inQuotes: boolean): WordPart {
    let text = '';
    let i = this.position + 1;
    for (; ; i++) {
      const c = this.source[i];
      if (c === undefined) this.fail('Syntax error: EOF in backquote substitution', true);
      if (c === '`') break;
      const next = this.source[i + 1] ?? '';
      if (c === '\\' && (/[$`\\]/.test(next) || (inQuotes && next === '"'))) {
        text += next;
        i++;
      } else text += c;
    }
    const body = this.parseAll(text, this.line);
    this.line += text.split('\n').length - 1;
    this.position = i + 1;
    return { type: 'command', body, text };
  }

  private readHereDocuments(): void {
    const due = this.pending;
    this.pending = [];
    for (const document of due) {
      const lines: string[] = [];
      for (;;) {
        if (this.position >= this.source.length) {
          // dash accepts a document that the end of the file ends; a person at a prompt is asked for more.
          this.unterminated = true;
          break;
        }
        const end = this.source.indexOf('\n', this.position);
        let line = this.source.slice(this.position, end < 0 ? undefined : end);
        this.position = end < 0 ? this.source.length : end + 1;
        if (document.stripTabs) line = line.replace(/^\t+/, '');
        if (line === document.delimiter) {
          this.line++;
          break;
        }
        lines.push(line);
      }
      const text = lines.map((line) => `${line}\n`).join('');
      document.redirect.body = document.quoted ? { parts: [{ type: 'quoted', text }] } : this.expandable(text);
      this.line += document.quoted ? lines.length : 0;
    }
  }

  /** True when a here-document ran into the end of the source. */
  unterminated = false;

  private expandable(text: string): Word {
    const inner = new Lexer(text, 0, this.line, this.parseSubstitution, this.parseAll);
    const parts = inner.readParts(() => false, 'here');
    this.line = inner.line;
    return { parts: [{ type: 'double', parts }] };
  }
}

/** A word's text with quotes removed and nothing expanded (delimiters, names). */
export function plainText(word: Word): string {
  const flat = (parts: readonly WordPart[]): string =>
    parts
      .map((part) => {
        if (part.type === 'literal' || part.type === 'quoted') return part.text;
        if (part.type === 'double') return flat(part.parts);
        if (part.type === 'parameter') return `$${part.name}`;
        return '';
      })
      .join('');
  return flat(word.parts);
}

/** The text of a word that is nothing but unquoted literal, else undefined: reserved words and names must be. */
export function literalText(word: Word): string | undefined {
  if (word.parts.length !== 1) return undefined;
  const part = word.parts[0];
  return part?.type === 'literal' ? part.text : undefined;
}
