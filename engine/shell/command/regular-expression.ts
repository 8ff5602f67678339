import { bracketExpression, escapeRegExp } from '../expansion/pattern.ts';

/** POSIX regular expressions (with GNU's extensions) as the source of a JavaScript one with flag `u`. Throws SyntaxError. */

const GNU: Record<string, string> = {
  w: '[\\p{L}\\p{Nd}_]',
  W: '[^\\p{L}\\p{Nd}_]',
  s: '\\s',
  S: '\\S',
  b: '(?:(?<=[\\p{L}\\p{Nd}_])(?![\\p{L}\\p{Nd}_])|(?<![\\p{L}\\p{Nd}_])(?=[\\p{L}\\p{Nd}_]))',
  '<': '(?<![\\p{L}\\p{Nd}_])(?=[\\p{L}\\p{Nd}_])',
  '>': '(?<=[\\p{L}\\p{Nd}_])(?![\\p{L}\\p{Nd}_])',
  n: '\\n',
  t: '\\t',
  '`': '(?<![\\s\\S])',
  "'": '(?![\\s\\S])',
};

export function extendedToJavaScript(pattern: string): string {
  return translate(pattern, true);
}

export function basicToJavaScript(pattern: string): string {
  return translate(pattern, false);
}

function translate(pattern: string, extended: boolean): string {
  let source = '';
  /** Nothing to repeat before: at the start of an alternative. */
  let start = true;
  let depth = 0;
  for (let i = 0; i < pattern.length;) {
    const c = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    let operator = '';
    let literal = '';
    if (c === '\\') {
      const next = pattern[i + 1] === undefined ? undefined : String.fromCodePoint(pattern.codePointAt(i + 1) ?? 0);
      if (next === undefined) throw new SyntaxError('Trailing backslash');
      i += 1 + next.length;
      if (!extended && /[(){}|+?]/.test(next)) operator = next;
      else if (/[1-9]/.test(next)) {
        source += `(?:\\${next})`;
        start = false;
        continue;
      } else if (GNU[next] !== undefined) {
        source += GNU[next] ?? '';
        start = false;
        continue;
      } else literal = next;
    } else if (c === '[') {
      const bracket = bracketExpression(pattern, i, '^', false);
      if (bracket === null) throw new SyntaxError('Unmatched [, [^, [:, [., or [=');
      source += bracket.source;
      i = bracket.end;
      start = false;
      continue;
    } else {
      i += c.length;
      if (extended && /[(){}|+?]/.test(c)) operator = c;
      else if (c === '*') operator = '*';
      else if (c === '.') {
        source += '[^\\n]';
        start = false;
        continue;
      } else if (c === '^' && (extended || start)) {
        source += '^';
        continue;
      } else if (c === '$') {
        const rest = pattern.slice(i);
        if (extended || rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|')) {
          source += '$';
          continue;
        }
        literal = c;
      } else literal = c;
    }
    if (operator === '(') {
      depth++;
      source += '(';
      start = true;
    } else if (operator === ')' && (depth > 0 || !extended)) {
      if (depth === 0) throw new SyntaxError('Unmatched ) or \\)');
      depth--;
      source += ')';
      start = false;
    } else if (operator === '|') {
      source += '|';
      start = true;
    } else if ((operator === '*' || operator === '+' || operator === '?') && !start) {
      // POSIX allows a repetition of a repetition (`a**`, `a+?`), which JavaScript reads as lazy: together they are `*`.
      if (/(?<!\\)[*+?]$/.test(source)) source = source.endsWith(operator) ? source : `${source.slice(0, -1)}*`;
      else source += operator;
    } else if (operator === '{' && !start) {
      const interval = (extended ? /^(\d*)(,?)(\d*)\}/ : /^(\d*)(,?)(\d*)\\\}/).exec(pattern.slice(i));
      if (interval === null || (interval[1] === '' && interval[3] === '')) {
        if (!extended) throw new SyntaxError('Unmatched \\{');
        source += '\\{';
      } else {
        source += `{${interval[1] === '' ? '0' : interval[1]}${interval[2]}${interval[3]}}`;
        i += interval[0].length;
      }
    } else {
      source += escapeRegExp(operator === '' ? literal : operator);
      start = false;
    }
  }
  if (depth > 0) throw new SyntaxError('Unmatched ( or \\(');
  return source;
}
