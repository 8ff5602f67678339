import { unescape } from './format.ts';
import { basicToJavaScript, extendedToJavaScript } from './regular-expression.ts';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'pattern'; readonly expression: RegExp | null }
  | { readonly kind: 'count'; readonly count: number };

export interface Substitution {
  /** Null: the last expression used. */
  readonly expression: RegExp | null;
  /** Text, group numbers (0 is the whole), and case conversions (`\U`, `\L`, `\u`, `\l`, `\E`). */
  readonly replacement: readonly (string | number | { readonly fold: string })[];
  readonly global: boolean;
  readonly occurrence: number;
  readonly print: boolean;
}

export interface SedCommand {
  readonly first: Address | null;
  readonly second: Address | null;
  readonly negated: boolean;
  readonly name: string;
  /** Text of a, i, c; label of b, t, T; file of r, w. */
  readonly text: string;
  readonly substitution?: Substitution;
  readonly map?: ReadonlyMap<string, string>;
  /** Index after the matching `}` of a `{`. */
  end: number;
  /** Identity of a range's state. */
  readonly id: number;
}

export interface SedScript {
  readonly commands: readonly SedCommand[];
  readonly labels: ReadonlyMap<string, number>;
  readonly quiet: boolean;
}

/** Parses a sed script. Throws SyntaxError with GNU's words. */
export function parseScript(text: string, extended: boolean): SedScript {
  const commands: SedCommand[] = [];
  const labels = new Map<string, number>();
  const open: SedCommand[] = [];
  let position = 0;
  const quiet = text.startsWith('#n\n') || text === '#n';
  const at = (): string => text[position] ?? '';
  const blanks = (pattern: RegExp): void => {
    while (position < text.length && pattern.test(at())) position++;
  };

  const delimited = (delimiter: string, isPattern: boolean): string => {
    let result = '';
    for (let inClass = false; ; position++) {
      const c = text[position];
      if (c === undefined) throw new SyntaxError(isPattern ? 'unterminated address regex' : "unterminated `s' command");
      if (c === '\\') {
        const next = text[++position] ?? '';
        if (next === delimiter) result += /[.*[\]^$+?(){}|]/.test(delimiter) && isPattern ? `\\${next}` : next;
        else if (next === 'n' && isPattern) result += '\\n';
        else result += `\\${next}`;
        continue;
      }
      if (isPattern && c === '[' && !inClass) {
        inClass = true;
        result += c;
        // A `]` that comes first, or after `^`, belongs to the set.
        if (text[position + 1] === '^') result += text[++position] ?? '';
        if (text[position + 1] === ']') result += text[++position] ?? '';
        continue;
      }
      if (c === ']' && inClass) inClass = false;
      else if (c === delimiter && !inClass) {
        position++;
        return result;
      }
      result += c;
    }
  };
  const compile = (source: string, flags: string): RegExp | null =>
    source === '' ? null : new RegExp(extended ? extendedToJavaScript(source) : basicToJavaScript(source), `gu${flags}`);

  const address = (): Address | null => {
    const number = /^\d+/.exec(text.slice(position));
    if (number !== null) {
      position += number[0].length;
      const step = /^~(\d+)/.exec(text.slice(position));
      if (step === null) return { kind: 'line', line: Number(number[0]) };
      position += step[0].length;
      return { kind: 'step', first: Number(number[0]), step: Number(step[1]) };
    }
    if (at() === '$') {
      position++;
      return { kind: 'last' };
    }
    if (at() === '/' || at() === '\\') {
      if (at() === '\\') position++;
      const delimiter = at();
      position++;
      const source = delimited(delimiter, true);
      let flags = '';
      while (/[IM]/.test(at())) flags += text[position++] === 'I' ? 'i' : 'm';
      return { kind: 'pattern', expression: compile(source, flags) };
    }
    return null;
  };

  const replacement = (source: string): (string | number | { readonly fold: string })[] => {
    const parts: (string | number | { readonly fold: string })[] = [];
    let literal = '';
    const flush = (): void => {
      if (literal !== '') parts.push(literal);
      literal = '';
    };
    for (let i = 0; i < source.length; i++) {
      const c = source[i] ?? '';
      if (c === '&') {
        flush();
        parts.push(0);
      } else if (c === '\\') {
        const next = source[++i] ?? '';
        if (/\d/.test(next)) {
          flush();
          parts.push(Number(next));
        } else if (/[ULEul]/.test(next)) {
          flush();
          parts.push({ fold: next });
        } else if (/[nrtfav]/.test(next)) literal += unescape(`\\${next}`, 'plain').text;
        else literal += next;
      } else literal += c;
    }
    flush();
    return parts;
  };

  /** Text of a, i, c: the rest of the line, or the lines after a backslash. */
  const insertedText = (): string => {
    blanks(/[ \t]/);
    if (at() === '\\') {
      position++;
      blanks(/[ \t]/);
      if (at() === '\n') position++;
    }
    let result = '';
    for (; position < text.length && at() !== '\n'; position++) {
      if (at() === '\\') {
        position++;
        result += at();
      } else result += at();
    }
    return `${result}\n`;
  };

  while (position < text.length) {
    blanks(/[\s;]/);
    if (position >= text.length) break;
    if (at() === '#') {
      blanks(/[^\n]/);
      continue;
    }
    const first = address();
    let second: Address | null = null;
    blanks(/[ \t]/);
    if (first !== null && at() === ',') {
      position++;
      blanks(/[ \t]/);
      if (at() === '+' || at() === '~') {
        const symbol = text[position++];
        const count = /^\d+/.exec(text.slice(position))?.[0] ?? '0';
        position += count.length;
        second = symbol === '+' ? { kind: 'count', count: Number(count) } : { kind: 'step', first: 0, step: Number(count) };
      } else second = address();
      if (second === null) throw new SyntaxError("unexpected `,'");
    }
    blanks(/[ \t]/);
    let negated = false;
    while (at() === '!') {
      negated = true;
      position++;
      blanks(/[ \t]/);
    }
    const name = at();
    if (name === '') throw new SyntaxError('missing command');
    position++;
    let argument = '';
    let substitution: Substitution | undefined;
    let map: ReadonlyMap<string, string> | undefined;
    if (name === 's' || name === 'y') {
      const delimiter = at();
      position++;
      const left = delimited(delimiter, name === 's');
      const right = delimited(delimiter, false);
      if (name === 'y') {
        const characters = (source: string): string[] => [...source.replace(/\\([\s\S])/g, (_, c: string) => (c === 'n' ? '\n' : c))];
        const [from, to] = [characters(left), characters(right)];
        if (from.length !== to.length) throw new SyntaxError("strings for `y' command are different lengths");
        map = new Map(from.map((c, index) => [c, to[index] ?? '']));
      } else {
        const flags = /^[gpiIm\d]*/.exec(text.slice(position))?.[0] ?? '';
        position += flags.length;
        if (/^[we]/.test(at())) throw new SyntaxError(`flag '${at()}' of s is not supported`);
        substitution = {
          expression: compile(left, (/[iI]/.test(flags) ? 'i' : '') + (/m/i.test(flags.replace(/[iI]/g, '')) ? 'm' : '')),
          replacement: replacement(right),
          global: flags.includes('g'),
          occurrence: Number(/\d+/.exec(flags)?.[0] ?? 1),
          print: flags.includes('p'),
        };
        if (!/^([\s;}#]|$)/.test(at())) throw new SyntaxError("unknown option to `s'");
      }
    } else if (/[aic]/.test(name)) argument = insertedText();
    else if (/[btT:rw]/.test(name)) {
      blanks(/[ \t]/);
      argument = (name === ':' || name === 'r' || name === 'w' ? /^[^\n]*/ : /^[^\n;}]*/).exec(text.slice(position))?.[0] ?? '';
      if (name === ':') argument = /^[^\s;]*/.exec(argument)?.[0] ?? '';
      position += argument.length;
      argument = argument.trim();
    } else if (/[qQ]/.test(name)) {
      blanks(/[ \t]/);
      argument = /^\d*/.exec(text.slice(position))?.[0] ?? '';
      position += argument.length;
    } else if (!/[dDpPnNgGhHx={}lz]/.test(name)) throw new SyntaxError(`unknown command: \`${name}'`);
    const entry: SedCommand = {
      first,
      second,
      negated,
      name,
      text: argument,
      end: 0,
      id: commands.length,
      ...(substitution === undefined ? {} : { substitution }),
      ...(map === undefined ? {} : { map }),
    };
    if (name === '{') open.push(entry);
    if (name === '}') {
      const start = open.pop();
      if (start === undefined) throw new SyntaxError("unexpected `}'");
      start.end = commands.length + 1;
    }
    if (name === ':') labels.set(argument, commands.length);
    commands.push(entry);
    if (name !== '{' && name !== '}') {
      blanks(/[ \t]/);
      if (at() !== '' && !/[\n;}#]/.test(at()) && !/[aic:]/.test(name)) throw new SyntaxError('extra characters after command');
    }
  }
  if (open.length > 0) throw new SyntaxError("unmatched `{'");
  for (const { name, text: label } of commands)
    if (/[btT]/.test(name) && label !== '' && !labels.has(label)) throw new SyntaxError(`can't find label for jump to \`${label}'`);
  return { commands, labels, quiet };
}
