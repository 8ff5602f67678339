/** Syntax errors as V8 words them, with the source line and carets that Node prints above the stack (the "arrow message"). */
import { positionOf } from './edits.ts';
import type { Position } from './edits.ts';
import { expressionEnd } from './parse.ts';
import type { ParseFailure } from './parse.ts';

/** Where V8 found a syntax error in `text`, which it just refused with `error`. */
export type LocateSyntaxError = (error: unknown, text: string) => Position | undefined;

const { reportError, addEventListener, removeEventListener } = globalThis as Partial<
  Pick<typeof globalThis, 'reportError' | 'addEventListener' | 'removeEventListener'>
>;

/** Errors whose place is asked for right now: their events are no uncaught exceptions (host/thrown.ts). */
export const asking = { errors: new Set<unknown>() } as const;

/**
 * The language hides the place of an error in `eval`; the `error` event tells it. `reportError` makes that event at once, and nobody else
 * gets to see it. Undefined where the browser gives no place.
 */
export const locateByErrorEvent: LocateSyntaxError = (error) => {
  if (reportError === undefined || addEventListener === undefined || removeEventListener === undefined) return undefined;
  let found: Position | undefined;
  const listener = (event: ErrorEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.lineno > 0) found = { line: event.lineno, column: event.colno };
  };
  addEventListener('error', listener, true);
  asking.errors.add(error);
  try {
    reportError(error);
  } finally {
    asking.errors.delete(error);
    removeEventListener('error', listener, true);
  }
  return found;
};

const TOKEN =
  /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|=>|\.{3}|[=!]==?|\*\*=?|<<=?|>>>?=?|&&=?|\|\|=?|\?\?=?|\?\.|\+\+|--|[-+*/%&|^<>]=|[^\s]/uy;

export function tokenLength(source: string, offset: number): number {
  TOKEN.lastIndex = offset;
  return TOKEN.exec(source)?.[0].length ?? 0;
}

const NUMBER = /^(?:0[xX][\da-fA-F]*|0[bB][01]*|0[oO][0-7]*|\d[\d_]*(?:\.\d*)?)/;
/** Up to an assignment's operator. */
const ASSIGNED = /^[^]*?(?=\s*(?:[-+*/%&|^]|<<|>>>?|\*\*|&&|\|\||\?\?)?=(?!=|>))/;

/** What V8 underlines by its message; `undefined`: one token. */
const UNDERLINED: readonly (readonly [message: RegExp, length: (source: string, offset: number) => number | undefined])[] = [
  [/^Invalid regular expression: missing \//, () => 1],
  [/^Invalid regular expression/, (source, offset) => /^\/(?:[^/\\\n]|\\.)*\/?\w*/.exec(source.slice(offset))?.[0].length ?? 1],
  [/^Invalid or unexpected token/, (source, offset) => illegalLength(source.slice(offset))],
  [/^Invalid shorthand property initializer/, (source, offset) => (expressionEnd(source, offset) ?? offset + 1) - offset],
  [/^Invalid left-hand side in assignment/, (source, offset) => ASSIGNED.exec(source.slice(offset))?.[0].length],
  [/^Undefined Unicode code-point/, (source, offset) => /^\\u\{[\da-fA-F]*/.exec(source.slice(offset))?.[0].length],
  [/^Unary operator used immediately before/, (source, offset) => /^[^]*?\*\*/.exec(source.slice(offset))?.[0].length],
  [/^(?:Private field '|Only one underscore|Numeric separators)/, () => 1],
];

/** Of a token that is none: what the scanner has taken of it. */
function illegalLength(rest: string): number | undefined {
  const number = NUMBER.exec(rest)?.[0].length;
  if (number !== undefined) return number;
  return /^[^\p{ASCII}\p{ID_Start}]/u.test(rest) ? 0 : undefined;
}

/** How much of the source an error is about, in characters. */
export function errorLength(message: string, source: string, offset: number): number {
  const known = UNDERLINED.find(([pattern]) => pattern.test(message));
  return known?.[1](source, offset) ?? tokenLength(source, offset);
}

/** Errors that V8 gives no columns. */
const NO_COLUMNS = /^Invalid hexadecimal escape sequence/;

/** `file:line`, the source line, and carets under `length` characters. */
export function arrowMessage(file: string, source: string, offset: number, length: number, lineOffset = 0): string {
  const { line, column } = positionOf(source, offset);
  const text = source.split(/\r\n|[\n\r]/)[line - 1] ?? '';
  const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  return `${file}:${line + lineOffset}\n${text}\n${indent}${'^'.repeat(length)}\n`;
}

/** `arrowMessage` for V8's error at an offset; nothing is underlined where V8 gives no columns. */
export function syntaxArrow(file: string, source: string, offset: number, message: string, lineOffset: number): string {
  const underlined = arrowMessage(file, source, offset, errorLength(message, source, offset), lineOffset);
  return offset < source.length && !NO_COLUMNS.test(message) ? underlined : underlined.replace(/[^\n]*\n$/, '\n');
}

export interface V8SyntaxError {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

/** What V8 says of a module that acorn refused: its own words where they can be had, else acorn's, reworded. */
export function moduleSyntaxError(source: string, failure: ParseFailure, locate: LocateSyntaxError): V8SyntaxError {
  const stripped = withoutModuleSyntax(source);
  const prefix = '(async function(){"use strict";';
  const text = `${prefix}${stripped}\n})`;
  try {
    globalThis.eval(text);
  } catch (error) {
    const place = locate(error, text);
    if (error instanceof SyntaxError && place !== undefined) {
      const offset = offsetInSource(stripped, place, prefix.length);
      if (offset >= source.length) return { message: 'Unexpected end of input', offset: source.length, length: 0 };
      return { message: error.message, offset, length: errorLength(error.message, source, offset) };
    }
  }
  const message = reword(source, failure);
  // acorn points at `new`, V8 at `target`.
  const offset = message.startsWith('new.target') ? source.indexOf('target', failure.pos) : failure.pos;
  return { message, offset, length: tokenLength(source, offset) };
}

export function offsetInSource(source: string, place: Position, prefix: number): number {
  const lines = source.split('\n');
  let offset = 0;
  for (let line = 1; line < place.line; line++) offset += (lines[line - 1]?.length ?? 0) + 1;
  return offset + place.column - 1 - (place.line === 1 ? prefix : 0);
}

/** Blanks import and export syntax at the same length. Only to have V8 judge the rest: text inside strings may be hit, too. */
function withoutModuleSyntax(source: string): string {
  const blank = (text: string): string => text.replaceAll(/[^\n\r]/g, ' ');
  const string = String.raw`(?:"[^"\n]*"|'[^'\n]*')`;
  const attributes = String.raw`(?:\s*with\s*\{[^}]*\})?`;
  const start = String.raw`(?<=^|[;}\n])[ \t]*`;
  return source
    .replace(/^#!/, '//')
    .replaceAll(new RegExp(String.raw`${start}import\s*(?:[\w$*{}\s,]*\s*from\s*)?${string}${attributes}`, 'g'), blank)
    .replaceAll(new RegExp(String.raw`${start}export\s*(?:\*(?:\s*as\s+[\w$"']+)?|\{[^}]*\})\s*from\s*${string}${attributes}`, 'g'), blank)
    .replaceAll(new RegExp(String.raw`${start}export\s*\{[^}]*\}`, 'g'), blank)
    .replaceAll(
      new RegExp(String.raw`(${start})export\s+default\b`, 'g'),
      (text: string, before: string) => `${before}void${blank(text.slice(before.length + 4))}`,
    )
    .replaceAll(new RegExp(String.raw`(${start})export(?=\s+(?:const|let|var|function|class|async)\b)`, 'g'), blank)
    .replaceAll(/\bimport\.meta\b/g, '(void 0)   ');
}

const KEYWORDS = new Set([
  'await',
  'enum',
  'implements',
  'interface',
  'let',
  'package',
  'private',
  'protected',
  'public',
  'static',
  'yield',
]);

/** acorn's wording (without its `(line:column)`) as V8 puts it. */
function reword(source: string, failure: ParseFailure): string {
  const message = failure.message.replace(/ \(\d+:\d+\)$/, '');
  const token = source.slice(failure.pos, failure.pos + tokenLength(source, failure.pos));
  const undefinedExport = /^Export '(.*)' is not defined$/.exec(message);
  if (undefinedExport !== null) return `Export '${undefinedExport[1]}' is not defined in module`;
  const duplicate = /^Duplicate export '(.*)'$/.exec(message);
  if (duplicate !== null)
    return duplicate[1] === 'default' ? "Identifier '.default' has already been declared" : `Duplicate export of '${duplicate[1]}'`;
  const attribute = /^Duplicated key in attributes$/.exec(message);
  if (attribute !== null) return `Import attribute has duplicate key '${token.replaceAll(/["']/g, '')}'`;
  if (/'return' outside of function/.test(message)) return 'Illegal return statement';
  if (message.startsWith("'new.target' can only")) return 'new.target expression is not allowed here';
  if (/^Unsyntactic (break|continue)/.test(message)) return `Illegal ${token} statement`;
  if (/^(Unterminated string|Unterminated template|Unexpected character)/.test(message)) return 'Invalid or unexpected token';
  if (message.startsWith('Unexpected keyword')) return 'Unexpected reserved word';
  if (!message.startsWith('Unexpected token') && !message.startsWith('Cannot use keyword')) return message;
  if (failure.pos >= source.length) return 'Unexpected end of input';
  if (KEYWORDS.has(token))
    return token === 'await' || token === 'enum' ? 'Unexpected reserved word' : 'Unexpected strict mode reserved word';
  if (/^["']/.test(token)) return 'Unexpected string';
  if (/^\d/.test(token)) return 'Unexpected number';
  if (/^[\p{ID_Start}$_]/u.test(token)) return RESERVED.test(token) ? `Unexpected token '${token}'` : `Unexpected identifier '${token}'`;
  return `Unexpected token '${token}'`;
}

const RESERVED =
  /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with)$/;
