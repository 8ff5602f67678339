import type { Assignment, CaseClause, Command, CompoundBody, List, Redirect, Simple, Word, WordPart } from './ast.ts';
import { Lexer, literalText, plainText } from './lexer.ts';
import type { Token } from './lexer.ts';
import { ShellSyntaxError } from './syntax-error.ts';

const RESERVED = new Set(['if', 'then', 'elif', 'else', 'fi', 'do', 'done', 'case', 'esac', 'while', 'until', 'for', '{', '}', '!', '[[']);
const REDIRECTS = new Set(['<', '>', '>>', '>|', '<>', '<&', '>&', '&>', '&>>', '<<', '<<-', '<<<']);
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/;

export type Aliases = ReadonlyMap<string, string>;

const NONE: Aliases = new Map();

/** Parses a whole program. Throws ShellSyntaxError. */
export function parse(source: string, aliases: Aliases = NONE, line = 1): List {
  return new Parser(source, 0, line, aliases).program().list;
}

/**
 * Parses one complete command line after another: a script's later lines see the aliases that earlier lines defined, and errors are reported only
 * when reached, as shells do.
 */
export function* parseLines(source: string, aliases: Aliases = NONE): Generator<List> {
  const parser = new Parser(source, 0, 1, aliases);
  for (;;) {
    const list = parser.line();
    if (list === null) return;
    if (list.items.length > 0) yield list;
  }
}

/** Whether text is unfinished: an open quote, here-document, or compound command. */
export function isIncomplete(source: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(source)) return true;
  try {
    return new Parser(source, 0, 1, NONE).program().unterminated;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return error.incomplete;
    throw error;
  }
}

class Parser {
  readonly lexer: Lexer;
  private readonly aliases: Aliases;
  /** Aliases that are being expanded, each with how much source was left after its text: none expands within itself. */
  private active: { name: string; rest: number }[] = [];

  constructor(source: string, position: number, line: number, aliases: Aliases) {
    this.aliases = aliases;
    this.lexer = new Lexer(
      source,
      position,
      line,
      (text, offset, at) => {
        const inner = new Parser(text, offset, at, aliases);
        const body = inner.listUntil(new Set([')']));
        const close = inner.lexer.next();
        if (close.type !== 'operator' || close.text !== ')') inner.unexpected(close, ')');
        // Aliases change the inner lexer's source, so the offset counts from the end.
        return { body, end: text.length - (inner.lexer.source.length - close.end) };
      },
      (text, at) => new Parser(text, 0, at, aliases).program().list,
    );
  }

  program(): { list: List; unterminated: boolean } {
    const items: { command: Command; background: boolean }[] = [];
    for (;;) {
      const list = this.line();
      if (list === null) break;
      items.push(...list.items);
    }
    return { list: { type: 'list', items }, unterminated: this.lexer.unterminated };
  }

  /** Commands up to a newline; null at the end. */
  line(): List | null {
    while (this.lexer.peek().type === 'newline') this.lexer.next();
    if (this.lexer.peek().type === 'end') return null;
    const items: { command: Command; background: boolean }[] = [];
    for (;;) {
      const command = this.andOr();
      const token = this.lexer.peek();
      const background = token.type === 'operator' && token.text === '&';
      items.push({ command, background });
      if (token.type === 'operator' && (token.text === ';' || background)) this.lexer.next();
      const after = this.lexer.peek();
      if (after.type === 'newline') {
        this.lexer.next();
        break;
      }
      if (after.type === 'end') {
        this.lexer.finish();
        break;
      }
      if (!(token.type === 'operator' && (token.text === ';' || background))) this.unexpected(after);
    }
    return { type: 'list', items };
  }

  private unexpected(token: Token, expected?: string): never {
    const at =
      token.type === 'word'
        ? `"${token.raw}"`
        : token.type === 'operator'
          ? `"${token.text}"`
          : token.type === 'newline'
            ? 'newline'
            : 'end of file';
    const wanted = expected === undefined ? '' : ` (expecting "${expected}")`;
    const what = token.type === 'word' && expected === undefined && !RESERVED.has(token.raw) ? `word unexpected` : `${at} unexpected`;
    return this.lexer.fail(`Syntax error: ${what}${wanted}`, token.type === 'end');
  }

  private reserved(): string | undefined {
    const token = this.lexer.peek();
    if (token.type !== 'word') return undefined;
    const text = literalText(token.word);
    return text !== undefined && RESERVED.has(text) ? text : undefined;
  }

  private expect(word: string): void {
    const token = this.lexer.next();
    if (token.type !== 'word' || literalText(token.word) !== word) this.unexpected(token, word);
  }

  private isOperator(text: string): boolean {
    const token = this.lexer.peek();
    return token.type === 'operator' && token.text === text;
  }

  private skipNewlines(): void {
    while (this.lexer.peek().type === 'newline') this.lexer.next();
  }

  /** A compound list: ends before one of the given reserved words or operators. */
  listUntil(ends: ReadonlySet<string>): List {
    const items: { command: Command; background: boolean }[] = [];
    for (;;) {
      this.skipNewlines();
      const token = this.lexer.peek();
      if (token.type === 'end') {
        if (ends.size === 0) break;
        this.unexpected(token, [...ends][0]);
      }
      const word = this.reserved();
      if (word !== undefined && ends.has(word)) break;
      if (token.type === 'operator' && ends.has(token.text)) break;
      const command = this.andOr();
      const background = this.isOperator('&');
      items.push({ command, background });
      if (background || this.isOperator(';')) {
        this.lexer.next();
        continue;
      }
      const after = this.lexer.peek();
      if (after.type === 'newline') continue;
      const stop = this.reserved();
      if (after.type === 'operator' && ends.has(after.text)) break;
      if (stop !== undefined && ends.has(stop) && after.type === 'word') this.unexpected(after);
      this.unexpected(after, after.type === 'end' ? [...ends][0] : undefined);
    }
    return { type: 'list', items };
  }

  private body(...ends: string[]): List {
    const list = this.listUntil(new Set(ends));
    if (list.items.length === 0) this.unexpected(this.lexer.peek());
    return list;
  }

  private andOr(): Command {
    const start = this.start();
    let left = this.pipeline();
    for (;;) {
      const operator = this.isOperator('&&') ? '&&' : this.isOperator('||') ? '||' : undefined;
      if (operator === undefined) return left;
      this.lexer.next();
      this.skipNewlines();
      const right = this.pipeline();
      left = { type: 'and-or', operator, left, right, text: this.textFrom(start) };
    }
  }

  private pipeline(): Command {
    const start = this.start();
    let negated = false;
    let timed = false;
    for (;;) {
      const token = this.lexer.peek();
      const text = token.type === 'word' ? literalText(token.word) : undefined;
      if (text === '!') negated = !negated;
      else if (text === 'time' && !timed) timed = true;
      else break;
      this.lexer.next();
    }
    const commands = [this.command()];
    while (this.isOperator('|')) {
      this.lexer.next();
      this.skipNewlines();
      commands.push(this.command());
    }
    const only = commands[0];
    if (commands.length === 1 && !negated && !timed && only !== undefined) return only;
    return { type: 'pipeline', negated, timed, commands, text: this.textFrom(start) };
  }

  private start(): number {
    return this.lexer.source.length - this.lexer.peek().start;
  }

  /** Source from a position (counted from the end, so that alias expansion leaves it valid) to the last token read. */
  private textFrom(start: number): string {
    const from = this.lexer.source.length - start;
    return this.lexer.source.slice(Math.max(0, from), this.lexer.peek().start).trim();
  }

  private command(): Command {
    this.expandAlias();
    const start = this.start();
    const token = this.lexer.peek();
    const compound = this.compound(token);
    if (compound !== null) {
      const redirects: Redirect[] = [];
      for (let redirect = this.redirect(); redirect !== null; redirect = this.redirect()) redirects.push(redirect);
      return { type: 'compound', compound, redirects, text: this.textFrom(start) };
    }
    const stray = this.reserved();
    if (stray !== undefined) this.unexpected(token);
    return this.simple(start);
  }

  private expandAlias(): void {
    for (;;) {
      const token = this.lexer.peek();
      if (token.type !== 'word' || this.aliases.size === 0) return;
      const name = literalText(token.word);
      const text = name === undefined ? undefined : this.aliases.get(name);
      const rest = this.lexer.source.length - token.end;
      this.active = this.active.filter((alias) => rest >= alias.rest);
      if (name === undefined || text === undefined || this.active.some((alias) => alias.name === name)) return;
      this.active.push({ name, rest });
      this.lexer.splice(token.start, token.end, text);
    }
  }

  private compound(token: Token): CompoundBody | null {
    if (token.type === 'operator' && token.text === '(') {
      this.lexer.next();
      const body = this.body(')');
      this.lexer.next();
      return { type: 'subshell', body };
    }
    switch (this.reserved()) {
      case '{': {
        this.lexer.next();
        const body = this.body('}');
        this.expect('}');
        return { type: 'group', body };
      }
      case 'if':
        return this.ifClause();
      case 'for':
        return this.forClause();
      case 'while':
      case 'until': {
        const until = this.reserved() === 'until';
        this.lexer.next();
        const condition = this.body('do');
        this.expect('do');
        const body = this.body('done');
        this.expect('done');
        return { type: 'while', until, condition, body };
      }
      case 'case':
        return this.caseClause();
      case '[[':
        return this.conditional();
      default:
        return null;
    }
  }

  private ifClause(): CompoundBody {
    const clauses: { condition: List; body: List }[] = [];
    let otherwise: List | null = null;
    do {
      this.lexer.next();
      const condition = this.body('then');
      this.expect('then');
      const body = this.body('elif', 'else', 'fi');
      clauses.push({ condition, body });
    } while (this.reserved() === 'elif');
    if (this.reserved() === 'else') {
      this.lexer.next();
      otherwise = this.body('fi');
    }
    this.expect('fi');
    return { type: 'if', clauses, otherwise };
  }

  private forClause(): CompoundBody {
    this.lexer.next();
    const token = this.lexer.next();
    const name = token.type === 'word' ? literalText(token.word) : undefined;
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) this.lexer.fail('Syntax error: Bad for loop variable', token.type === 'end');
    this.skipNewlines();
    let words: Word[] | null = null;
    const next = this.lexer.peek();
    if (next.type === 'word' && literalText(next.word) === 'in') {
      this.lexer.next();
      words = [];
      for (let word = this.lexer.peek(); word.type === 'word'; word = this.lexer.peek()) {
        words.push(word.word);
        this.lexer.next();
      }
    }
    if (this.isOperator(';')) this.lexer.next();
    this.skipNewlines();
    this.expect('do');
    const body = this.body('done');
    this.expect('done');
    return { type: 'for', name, words, body };
  }

  private caseClause(): CompoundBody {
    this.lexer.next();
    const token = this.lexer.next();
    if (token.type !== 'word') return this.unexpected(token);
    this.skipNewlines();
    this.expect('in');
    const clauses: CaseClause[] = [];
    for (;;) {
      this.skipNewlines();
      if (this.reserved() === 'esac') break;
      if (this.isOperator('(')) this.lexer.next();
      const patterns: Word[] = [];
      for (;;) {
        const pattern = this.lexer.next();
        if (pattern.type !== 'word') return this.unexpected(pattern, 'esac');
        patterns.push(pattern.word);
        if (!this.isOperator('|')) break;
        this.lexer.next();
      }
      const close = this.lexer.next();
      if (close.type !== 'operator' || close.text !== ')') this.unexpected(close, ')');
      const body = this.listUntil(new Set([';;', 'esac']));
      clauses.push({ patterns, body });
      if (this.isOperator(';;')) this.lexer.next();
    }
    this.expect('esac');
    return { type: 'case', subject: token.word, clauses };
  }

  private conditional(): CompoundBody {
    this.lexer.next();
    const words: Word[] = [];
    for (;;) {
      this.skipNewlines();
      const token = this.lexer.peek();
      if (token.type === 'end') this.unexpected(token, ']]');
      if (token.type === 'operator' || token.type === 'io-number') {
        this.lexer.next();
        const text = token.type === 'operator' ? token.text : String(token.fd);
        words.push({ parts: [{ type: 'literal', text }] });
        continue;
      }
      if (token.type !== 'word') continue;
      this.lexer.next();
      const text = literalText(token.word);
      if (text === ']]') break;
      words.push(token.word);
      if (text === '=~') words.push(this.lexer.readPatternWord());
    }
    return { type: 'conditional', words };
  }

  private redirect(): Redirect | null {
    const token = this.lexer.peek();
    let fd = -1;
    if (token.type === 'io-number') {
      fd = token.fd;
      this.lexer.next();
    }
    const operator = this.lexer.peek();
    if (operator.type !== 'operator' || !REDIRECTS.has(operator.text)) {
      if (fd >= 0) this.unexpected(operator);
      return null;
    }
    this.lexer.next();
    const target = this.lexer.next();
    // `2>&1` is cut as `>&` and the word 1, or as an io-number when a further redirect follows at once.
    const word: Word | null =
      target.type === 'word' ? target.word : target.type === 'io-number' ? { parts: [{ type: 'literal', text: String(target.fd) }] } : null;
    // No further line can be the word: at the end, too, it is the line that ends too early.
    if (word === null) return target.type === 'end' ? this.lexer.fail('Syntax error: newline unexpected') : this.unexpected(target);
    const strip = operator.text === '<<-';
    const kind = (strip ? '<<' : operator.text) as Redirect['operator'];
    if (fd < 0) fd = kind.startsWith('<') ? 0 : 1;
    const redirect: Redirect = { fd, operator: kind, target: word };
    if (kind === '<<') this.lexer.expectHereDocument(redirect, strip);
    return redirect;
  }

  private simple(start: number): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    const line = this.lexer.currentLine;
    for (;;) {
      const redirect = this.redirect();
      if (redirect !== null) {
        redirects.push(redirect);
        continue;
      }
      const token = this.lexer.peek();
      if (token.type !== 'word') break;
      const assignment = words.length === 0 ? asAssignment(token.word) : null;
      if (assignment !== null) assignments.push(assignment);
      else words.push(token.word);
      this.lexer.next();
      const name = literalText(token.word);
      if (words.length === 1 && assignments.length === 0 && redirects.length === 0 && this.isOperator('(') && name !== undefined) {
        return this.functionDefinition(name, start);
      }
      if (words.length === 1 && name === 'function') {
        const next = this.lexer.peek();
        if (next.type === 'word' && literalText(next.word) !== undefined) {
          this.lexer.next();
          return this.functionDefinition(plainText(next.word), start);
        }
      }
    }
    if (assignments.length === 0 && words.length === 0 && redirects.length === 0) this.unexpected(this.lexer.peek());
    const simple: Simple = { type: 'simple', assignments, words, redirects, line, text: this.textFrom(start) };
    return simple;
  }

  private functionDefinition(name: string, start: number): Command {
    if (this.isOperator('(')) {
      this.lexer.next();
      const close = this.lexer.next();
      if (close.type !== 'operator' || close.text !== ')') this.unexpected(close, ')');
    }
    this.skipNewlines();
    const body = this.command();
    return { type: 'function', name, body, text: this.textFrom(start) };
  }
}

/** `NAME=…` as an assignment: the name and `=` must be unquoted. */
export function asAssignment(word: Word): Assignment | null {
  const first = word.parts[0];
  if (first?.type !== 'literal') return null;
  const match = ASSIGNMENT.exec(first.text);
  if (match === null) return null;
  const rest = first.text.slice(match[0].length);
  const parts: WordPart[] = [...(rest === '' ? [] : [{ type: 'literal', text: rest } as const]), ...word.parts.slice(1)];
  return { name: match[1] ?? '', value: { parts }, append: match[2] === '+' };
}
