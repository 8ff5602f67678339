/** Paths as the library hands them over (strings or bytes) and as it wants them back (an encoding). */
import { decodeText, ENCODING, parseEncoding } from '../codecs.ts';
import type { Environment } from '../environment.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';

export const pathText = (path: unknown): string => (typeof path === 'string' ? path : decodeUtf8(path as Uint8Array));

/** A name or path in the encoding that was asked for: a string, or a Buffer for 'buffer'. */
export function encodeName(environment: Environment, name: string, encoding: unknown): unknown {
  const number = parseEncoding(encoding, ENCODING.utf8);
  if (number === ENCODING.utf8) return name;
  const bytes = encodeUtf8(name);
  return number === ENCODING.buffer ? environment.buffer(bytes) : decodeText(bytes, number);
}

/** Without `.`, `..` and repeated slashes: textually. */
export function normalise(path: string): string {
  const parts: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') parts.pop();
    else parts.push(name);
  }
  return `/${parts.join('/')}`;
}
