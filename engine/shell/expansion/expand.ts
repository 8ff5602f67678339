import type { List, ParameterPart, Word, WordPart } from '../language/ast.ts';
import { evaluate } from './arithmetic.ts';
import { expandBraces } from './brace.ts';
import { glob } from './glob.ts';
import type { DirectoryReader } from './glob.ts';
import { escapeRegExp, hasWildcard, patternSource, patternToRegExp, quotePattern } from './pattern.ts';

/** What expansion needs of the shell. */
export interface ExpansionHost {
  /** A variable or special parameter other than `@` and `*`. */
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  positional(): readonly string[];
  /** Output of a command list, trailing newlines removed. */
  substitute(body: List, text: string): string;
  home(user: string): string | undefined;
  readonly directories: DirectoryReader;
  readonly nounset: boolean;
  readonly noglob: boolean;
  readonly braces: boolean;
}

/** An expansion that cannot be done (`${x?message}`, unset under -u): ends a script. */
export class ExpansionError extends Error {}

interface Piece {
  text: string;
  readonly quoted: boolean;
}

type Field = Piece[];

/** Collects fields while a word's parts are expanded (POSIX 2.6.5 field splitting). */
class Fields {
  readonly done: Field[] = [];
  private current: Field | null = null;
  private afterBlank = false;
  private readonly blanks: string;
  private readonly delimiters: string;

  constructor(ifs: string) {
    this.blanks = [...ifs].filter((c) => c === ' ' || c === '\t' || c === '\n').join('');
    this.delimiters = [...ifs].filter((c) => !this.blanks.includes(c)).join('');
  }

  add(text: string, quoted: boolean): void {
    this.current ??= [];
    this.current.push({ text, quoted });
    this.afterBlank = false;
  }

  split(text: string): void {
    for (const c of text) {
      if (this.blanks.includes(c)) {
        if (this.current !== null) {
          this.end();
          this.afterBlank = true;
        }
      } else if (this.delimiters.includes(c)) {
        if (this.current !== null) this.end();
        else if (!this.afterBlank) this.done.push([]);
        this.afterBlank = false;
      } else {
        this.afterBlank = false;
        this.current ??= [];
        const last = this.current.at(-1);
        if (last !== undefined && !last.quoted) last.text += c;
        else this.current.push({ text: c, quoted: false });
      }
    }
  }

  /** Ends the field in progress, if there is one. */
  end(): void {
    if (this.current !== null) this.done.push(this.current);
    this.current = null;
    this.afterBlank = false;
  }

  finish(): Field[] {
    this.end();
    return this.done;
  }
}

/** The fields of command words: all expansions, in order. */
export function expandWords(words: readonly Word[], host: ExpansionHost): string[] {
  const results: string[] = [];
  for (const word of words) {
    for (const alternative of host.braces ? expandBraces(word) : [word]) {
      for (const field of expandFields(alternative, host)) results.push(...expandPathname(field, host));
    }
  }
  return results;
}

/** One string, neither split nor globbed: assignments, redirect targets, here-documents, `case` subjects. */
export function expandString(word: Word, host: ExpansionHost, assignment = false): string {
  return joined(word, host, assignment)
    .map((piece) => piece.text)
    .join('');
}

/** A pattern: what was quoted is quoted in it. */
export function expandPattern(word: Word, host: ExpansionHost): string {
  return joined(word, host, false)
    .map((piece) => (piece.quoted ? quotePattern(piece.text) : piece.text))
    .join('');
}

/** A regular expression (`=~`): what was quoted stands for itself. */
export function expandRegExp(word: Word, host: ExpansionHost): string {
  return joined(word, host, false)
    .map((piece) => (piece.quoted ? escapeRegExp(piece.text) : piece.text))
    .join('');
}

function joined(word: Word, host: ExpansionHost, assignment: boolean): Field {
  const fields = new Fields('');
  expandParts(word.parts, fields, host, { quoted: false, split: false, assignment, start: true });
  return fields.finish().flatMap((field, index) => (index === 0 ? field : [{ text: ' ', quoted: true }, ...field]));
}

function expandFields(word: Word, host: ExpansionHost): Field[] {
  const fields = new Fields(host.get('IFS') ?? ' \t\n');
  expandParts(word.parts, fields, host, { quoted: false, split: true, assignment: false, start: true });
  return fields.finish();
}

function expandPathname(field: Field, host: ExpansionHost): string[] {
  const text = field.map((piece) => piece.text).join('');
  if (host.noglob || !field.some((piece) => !piece.quoted && /[*?[]/.test(piece.text))) return [text];
  const pattern = field.map((piece) => (piece.quoted ? quotePattern(piece.text) : piece.text)).join('');
  if (!hasWildcard(pattern)) return [text];
  const found = glob(pattern, host.directories);
  return found.length > 0 ? found : [text];
}

interface Mode {
  /** Inside double quotes. */
  readonly quoted: boolean;
  /** Whether results are split into fields. */
  readonly split: boolean;
  readonly assignment: boolean;
  /** Whether the parts start the word (a tilde counts). */
  readonly start: boolean;
  /** Literal text is split as well: the argument of `${x:-a b}`. */
  readonly splitLiterals?: boolean;
}

function expandParts(parts: readonly WordPart[], fields: Fields, host: ExpansionHost, mode: Mode): void {
  parts.forEach((part, index) => {
    switch (part.type) {
      case 'literal': {
        if (mode.quoted) {
          fields.add(part.text, true);
          break;
        }
        let rest = part.text;
        const last = index === parts.length - 1;
        if (mode.start && index === 0) rest = addTilde(rest, last, fields, host);
        if (mode.assignment && rest.includes(':~')) {
          for (const [at, piece] of rest.split(/(?<=:)/).entries()) {
            const tail = at === 0 ? piece : addTilde(piece, last, fields, host);
            if (tail !== '') fields.add(tail, false);
          }
        } else if (mode.splitLiterals === true) fields.split(rest);
        else if (rest !== '') fields.add(rest, false);
        break;
      }
      case 'quoted':
        fields.add(part.text, true);
        break;
      case 'double':
        if (part.parts.length === 0) fields.add('', true);
        expandParts(part.parts, fields, host, { ...mode, quoted: true, start: false });
        break;
      case 'command':
        addValue(host.substitute(part.body, part.text), fields, mode);
        break;
      case 'arithmetic': {
        const text = expandString({ parts: [{ type: 'double', parts: part.expression }] }, host);
        addValue(String(evaluate(text, host)), fields, mode);
        break;
      }
      case 'parameter':
        expandParameter(part, fields, host, mode);
        break;
    }
  });
}

/** Replaces a leading `~` or `~user`; returns the text that is left. */
function addTilde(text: string, whole: boolean, fields: Fields, host: ExpansionHost): string {
  const match = /^~([A-Za-z0-9._+-]*)(?=\/|:|$)/.exec(text);
  if (match === null || (match[0].length === text.length && !whole)) return text;
  const home = match[1] === '+' ? host.get('PWD') : match[1] === '-' ? host.get('OLDPWD') : host.home(match[1] ?? '');
  if (home === undefined) return text;
  fields.add(home, true);
  return text.slice(match[0].length);
}

function addValue(value: string, fields: Fields, mode: Mode): void {
  if (mode.quoted) fields.add(value, true);
  else if (mode.split) fields.split(value);
  else fields.add(value, false);
}

function addAll(values: readonly string[], star: boolean, fields: Fields, host: ExpansionHost, mode: Mode): void {
  const ifs = host.get('IFS') ?? ' \t\n';
  if (!mode.split || (star && mode.quoted)) {
    const separator = star ? ([...ifs][0] ?? '') : ' ';
    if (values.length > 0 || star) fields.add(values.join(separator), mode.quoted);
    return;
  }
  values.forEach((value, index) => {
    if (index > 0) fields.end();
    addValue(value, fields, mode);
  });
}

function expandParameter(part: ParameterPart, fields: Fields, host: ExpansionHost, mode: Mode): void {
  const { name, operator } = part;
  const all = name === '@' || name === '*';
  const values = all ? host.positional() : [];
  const value = all ? (values.length > 0 ? values.join(' ') : undefined) : host.get(name);
  const requireSet = (): void => {
    if (value === undefined && host.nounset && !all) throw new ExpansionError(`${name}: parameter not set`);
  };
  const plain = (): void => {
    if (all) addAll(values, name === '*', fields, host, mode);
    else addValue(value ?? '', fields, mode);
  };
  if (operator === undefined) {
    requireSet();
    plain();
    return;
  }
  if (operator === 'length') {
    requireSet();
    addValue(String(all ? values.length : [...(value ?? '')].length), fields, mode);
    return;
  }
  const argument = part.argument ?? { parts: [] };
  const empty = value === undefined || (operator.startsWith(':') && value === '');
  const useArgument = (): void => {
    if (argument.parts.length === 0 && mode.quoted) fields.add('', true);
    expandParts(argument.parts, fields, host, { ...mode, start: !mode.quoted, splitLiterals: mode.split && !mode.quoted });
  };
  switch (operator) {
    case '-':
    case ':-':
      if (empty) useArgument();
      else plain();
      return;
    case '+':
    case ':+':
      if (!empty) useArgument();
      else if (mode.quoted && !all) fields.add('', true);
      return;
    case '=':
    case ':=':
      if (empty) {
        if (!/^[A-Za-z_]\w*$/.test(name)) throw new ExpansionError(`${name}: bad variable name`);
        const assigned = expandString(mode.quoted ? { parts: [{ type: 'double', parts: argument.parts }] } : argument, host);
        host.set(name, assigned);
        addValue(assigned, fields, mode);
      } else plain();
      return;
    case '?':
    case ':?':
      if (empty) {
        const message = expandString(argument, host);
        throw new ExpansionError(`${name}: ${message === '' ? `parameter not set${operator === ':?' ? ' or null' : ''}` : message}`);
      }
      plain();
      return;
    default:
      break;
  }
  requireSet();
  const change = (text: string): string => transform(text, operator, argument, part.second, host);
  if (all) addAll(values.map(change), name === '*', fields, host, mode);
  else addValue(change(value ?? ''), fields, mode);
}

/** `#`, `##`, `%`, `%%` of POSIX; `/`, `//`, `:`, `^`, `^^`, `,`, `,,` of bash. */
function transform(text: string, operator: string, argument: Word, second: Word | undefined, host: ExpansionHost): string {
  if (operator === ':') {
    const characters = [...text];
    const offset = Number(evaluate(expandString(argument, host), host));
    const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
    if (second === undefined) return characters.slice(start).join('');
    const length = Number(evaluate(expandString(second, host), host));
    return characters.slice(start, length < 0 ? characters.length + length : start + length).join('');
  }
  if (operator === '^^') return text.toUpperCase();
  if (operator === ',,') return text.toLowerCase();
  const [first = '', ...others] = text;
  if (operator === '^') return first.toUpperCase() + others.join('');
  if (operator === ',') return first.toLowerCase() + others.join('');
  let pattern = expandPattern(argument, host);
  if (operator === '/' || operator === '//') {
    const anchor = operator === '/' && (pattern.startsWith('#') ? 'start' : pattern.startsWith('%') ? 'end' : undefined);
    if (anchor) pattern = pattern.slice(1);
    if (pattern === '') return text;
    const source = patternSource(pattern);
    const expression = new RegExp(
      anchor === 'start' ? `^(?:${source})` : anchor === 'end' ? `(?:${source})$` : source,
      operator === '//' ? 'gu' : 'u',
    );
    const replacement = second === undefined ? '' : expandString(second, host);
    return text.replace(expression, () => replacement);
  }
  const expression = patternToRegExp(pattern);
  const characters = [...text];
  const counts = characters.map((_, index) => index).concat(characters.length);
  const longest = operator.length === 2;
  for (const count of longest ? counts.reverse() : counts) {
    if (operator.startsWith('#')) {
      if (expression.test(characters.slice(0, count).join(''))) return characters.slice(count).join('');
    } else {
      const kept = characters.length - count;
      if (expression.test(characters.slice(kept).join(''))) return characters.slice(0, kept).join('');
    }
  }
  return text;
}
