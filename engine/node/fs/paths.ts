/** Paths as the library hands them over (strings or bytes) and as it wants them back (an encoding). */
import { decodeUtf8 as decodeName, encodeUtf8 as encodeNameTo } from '../../fs/utf8.ts';
import { decodeText, ENCODING, parseEncoding } from '../codecs.ts';
import type { Environment } from '../environment.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';

/** Bytes that are no UTF-8 become lone surrogates, as in the file system's names (engine/fs/utf8.ts). */
export const pathText = (path: unknown): string => {
  if (typeof path === 'string') return path;
  const bytes = path as Uint8Array;
  const text = decodeUtf8(bytes);
  return text.includes('\ufffd') ? decodeName(bytes, 0, bytes.length) : text;
};

function nameBytes(name: string): Uint8Array {
  if (name.isWellFormed()) return encodeUtf8(name);
  const target = new Uint8Array(name.length * 3 + 4);
  return target.slice(0, encodeNameTo(name, 0, name.length, target, 0));
}

/** A name or path in the encoding that was asked for: a string, or a Buffer for 'buffer'. */
export function encodeName(environment: Environment, name: string, encoding: unknown): unknown {
  const number = parseEncoding(encoding, ENCODING.utf8);
  if (number === ENCODING.utf8) return name.toWellFormed();
  const bytes = nameBytes(name);
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
