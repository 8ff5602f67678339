/** Shell patterns (`*`, `?`, `[…]`, backslash quotes): the one translation that pathname expansion, `case`, `${x#…}` and find's -name share. */

const CLASSES: Record<string, string> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
  print: '\\x20-\\x7e\\u{a0}-\\u{10ffff}',
  graph: '\\x21-\\x7e\\u{a1}-\\u{10ffff}',
  word: '\\w',
};

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (c) => (c === '-' ? '\\x2d' : `\\${c}`));
}

function escapeInClass(c: string): string {
  return /[\\\]^[\-&]/.test(c) ? (c === '&' ? '&' : `\\${c}`) : c;
}

/**
 * Reads a bracket expression that starts at `offset` (a `[`): its regular expression and the offset after it; null when there is no closing bracket.
 * `negation` holds the characters that negate; `quotes` whether a backslash quotes inside.
 */
export function bracketExpression(
  pattern: string,
  offset: number,
  negation: string,
  quotes: boolean,
): { readonly source: string; readonly end: number } | null {
  let i = offset + 1;
  let negated = false;
  if (pattern[i] !== undefined && negation.includes(pattern[i] ?? '')) {
    negated = true;
    i++;
  }
  let body = '';
  for (let first = true; ; first = false) {
    const rest = pattern.slice(i);
    const c = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    if (i >= pattern.length) return null;
    if (c === ']' && !first) break;
    const named = /^\[:(\w+):\]/.exec(rest);
    const className = named?.[1] === undefined ? undefined : CLASSES[named[1]];
    if (named !== null && className !== undefined) {
      body += className;
      i += named[0].length;
      continue;
    }
    const equivalent = /^\[([.=])(.)\1\]/u.exec(rest);
    if (equivalent !== null) {
      body += escapeInClass(equivalent[2] ?? '');
      i += equivalent[0].length;
      continue;
    }
    let one = c;
    i += c.length;
    if (quotes && c === '\\' && i < pattern.length) {
      one = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
      i += one.length;
    }
    if (pattern[i] === '-' && pattern[i + 1] !== undefined && pattern[i + 1] !== ']') {
      let end = String.fromCodePoint(pattern.codePointAt(i + 1) ?? 0);
      i += 1 + end.length;
      if (quotes && end === '\\' && i < pattern.length) {
        end = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
        i += end.length;
      }
      if ((one.codePointAt(0) ?? 0) <= (end.codePointAt(0) ?? 0)) body += `${escapeInClass(one)}-${escapeInClass(end)}`;
      continue;
    }
    body += escapeInClass(one);
  }
  if (body === '') return { source: negated ? '[\\s\\S]' : '[^\\s\\S]', end: i + 1 };
  return { source: `[${negated ? '^' : ''}${body}]`, end: i + 1 };
}

/** The body of a regular expression (flags `su`) for a pattern. With `slash`, wildcards do not match `/`. */
export function patternSource(pattern: string, slash = false): string {
  let source = '';
  for (let i = 0; i < pattern.length;) {
    const c = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    if (c === '*') {
      source += slash ? '[^/]*' : '[\\s\\S]*';
      i++;
    } else if (c === '?') {
      source += slash ? '[^/]' : '[\\s\\S]';
      i++;
    } else if (c === '[') {
      const bracket = bracketExpression(pattern, i, '!^', true);
      source += bracket === null ? '\\[' : bracket.source;
      i = bracket === null ? i + 1 : bracket.end;
    } else if (c === '\\' && i + 1 < pattern.length) {
      const quoted = String.fromCodePoint(pattern.codePointAt(i + 1) ?? 0);
      source += escapeRegExp(quoted);
      i += 1 + quoted.length;
    } else {
      source += escapeRegExp(c);
      i += c.length;
    }
  }
  return source;
}

/** A regular expression that matches exactly what the pattern matches. */
export function patternToRegExp(pattern: string, flags = ''): RegExp {
  return new RegExp(`^(?:${patternSource(pattern)})$`, `u${flags}`);
}

/** Quotes a text so that it stands for itself in a pattern. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\]!^-]/g, '\\$&');
}

/** Whether anything in a pattern is to be matched. A bracket that nothing closes (the command `[`) stands for itself. */
export function hasWildcard(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*(?:[*?]|\[[^]+\])/.test(pattern);
}

/** Removes a pattern's quoting backslashes. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}
