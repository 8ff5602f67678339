/**
 * Text ↔ bytes in Node's encodings (src/string_bytes.cc). The browser's coders are used where they agree with Node's and give way to
 * plain loops where they do not: `latin1` is windows-1252 in browsers, `utf-16le` replaces lone surrogates, and none of them takes
 * shared memory.
 */

export const ENCODING = { ascii: 0, utf8: 1, base64: 2, utf16le: 3, latin1: 4, hex: 5, buffer: 6, base64url: 7 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Taken before Node's library, whose own come back here, replaces the globals. */
const [fromBase64Text, toBase64Text] = [globalThis.atob.bind(globalThis), globalThis.btoa.bind(globalThis)];
const SHORT = 24;
/** Up to here a loop writes ASCII faster than `encodeInto`, which makes two objects for each call. */
const SHORT_TEXT = 192;
const CHUNK = 8192;

interface Base64Bytes {
  toBase64?(options?: { alphabet?: 'base64' | 'base64url'; omitPadding?: boolean }): string;
  toHex?(): string;
  setFromBase64?(
    text: string,
    options?: { alphabet?: 'base64' | 'base64url'; lastChunkHandling?: string },
  ): { read: number; written: number };
  setFromHex?(text: string): { read: number; written: number };
}
const natives = Uint8Array.prototype as unknown as Base64Bytes;
const { toBase64, toHex, setFromBase64, setFromHex } = natives;

/** A copy, also of a Buffer, whose own `slice` makes a view. */
const copyOf = (bytes: Uint8Array, start?: number, end?: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.prototype.slice.call(bytes, start, end) as Uint8Array<ArrayBuffer>;

/** Bytes that the browser's coders accept. */
const unshared = (bytes: Uint8Array): Uint8Array => (bytes.buffer instanceof SharedArrayBuffer ? copyOf(bytes) : bytes);

export function utf8Decode(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = '';
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte > 127) return decoder.decode(unshared(bytes.subarray(start, end)));
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decoder.decode(unshared(bytes.subarray(start, end)));
}

/** What browsers call latin1: its characters are Latin-1's wherever they are none above U+00FF. */
const windows1252 = new TextDecoder('latin1');
const ABOVE_LATIN1 = /[\u0100-\uffff]/;

export function latin1Decode(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) {
    const part = unshared(bytes.subarray(start, end));
    const text = windows1252.decode(part);
    if (!ABOVE_LATIN1.test(text)) return text;
    // Through base64 the browser gives each byte as a character, faster than `fromCharCode` does.
    if (toBase64 !== undefined) return fromBase64Text(toBase64.call(part));
    return fromCodes(part);
  }
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Bits above the seventh do not count. */
export function asciiDecode(bytes: Uint8Array, start: number, end: number): string {
  const part = copyOf(bytes, start, end);
  for (let at = 0; at < part.length; at++) part[at] = (part[at] ?? 0) & 0x7f;
  return utf8Decode(part, 0, part.length);
}

function fromCodes(codes: Uint8Array | Uint16Array): string {
  let text = '';
  for (let at = 0; at < codes.length; at += CHUNK)
    text += String.fromCharCode.apply(undefined, codes.subarray(at, at + CHUNK) as unknown as number[]);
  return text;
}

export function utf16Decode(bytes: Uint8Array, start: number, end: number): string {
  const units = (end - start) >> 1;
  const copy = copyOf(bytes, start, start + units * 2);
  return fromCodes(new Uint16Array(copy.buffer, copy.byteOffset, units));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexEncode(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  if (toHex !== undefined && part.length > SHORT) return toHex.call(unshared(part));
  let text = '';
  for (const byte of part) text += HEX[byte] ?? '';
  return text;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_ALPHABET = `${ALPHABET.slice(0, 62)}-_`;

export function base64Encode(bytes: Uint8Array, start: number, end: number, url: boolean): string {
  const part = bytes.subarray(start, end);
  if (toBase64 !== undefined) return toBase64.call(unshared(part), url ? { alphabet: 'base64url', omitPadding: true } : {});
  const alphabet = url ? URL_ALPHABET : ALPHABET;
  let text = '';
  for (let at = 0; at < part.length; at += 3) {
    const left = part.length - at;
    const bits = ((part[at] ?? 0) << 16) | ((part[at + 1] ?? 0) << 8) | (part[at + 2] ?? 0);
    text += (alphabet[bits >> 18] ?? '') + (alphabet[(bits >> 12) & 63] ?? '');
    if (left > 1) text += alphabet[(bits >> 6) & 63] ?? '';
    else if (!url) text += '=';
    if (left > 2) text += alphabet[bits & 63] ?? '';
    else if (!url) text += '=';
  }
  return text;
}

const SEXTET = new Int8Array(128).fill(-1);
for (const [index, character] of [...ALPHABET].entries()) SEXTET[character.charCodeAt(0)] = index;
SEXTET['-'.charCodeAt(0)] = 62;
SEXTET['_'.charCodeAt(0)] = 63;

/** Node's forgiving decoder: both alphabets, anything else is skipped, `=` ends. Returns bytes written. */
export function base64Write(target: Uint8Array, text: string, start: number, length: number): number {
  const end = start + length;
  if (setFromBase64 !== undefined && text.length > SHORT && !(target.buffer instanceof SharedArrayBuffer)) {
    const room = target.subarray(start, end);
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    const needed = Math.floor(((text.length - padding) * 3) / 4);
    // Where the target is shorter than the text, the strict decoder stops at whole groups: take the loop.
    if (needed <= length) {
      try {
        const alphabet = text.includes('-') || text.includes('_') ? 'base64url' : 'base64';
        return setFromBase64.call(room, text, { alphabet, lastChunkHandling: 'loose' }).written;
      } catch {
        // Not strict base64: the forgiving loop below.
      }
    }
  }
  let at = start;
  let bits = 0;
  let count = 0;
  for (let index = 0; index < text.length && at < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 61) break;
    // Of characters above U+00FF the lower byte counts.
    const value = SEXTET[code & 0xff] ?? -1;
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count++;
    if (count >= 2) {
      const shift = count === 2 ? 4 : count === 3 ? 2 : 0;
      target[at++] = (bits >> shift) & 0xff;
      if (count === 4) count = 0;
    }
  }
  return at - start;
}

const hexDigit = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : code >= 65 && code <= 70 ? code - 55 : -1;

/** Stops at the first pair that is not hexadecimal. Returns bytes written. */
export function hexWrite(target: Uint8Array, text: string, start: number, length: number): number {
  const pairs = Math.min(length, text.length >> 1);
  if (setFromHex !== undefined && pairs > SHORT && !(target.buffer instanceof SharedArrayBuffer)) {
    try {
      return setFromHex.call(target.subarray(start, start + pairs), text.slice(0, pairs * 2)).written;
    } catch {
      // Some pair is not hexadecimal: the loop finds which.
    }
  }
  for (let index = 0; index < pairs; index++) {
    const high = hexDigit(text.charCodeAt(index * 2));
    const low = hexDigit(text.charCodeAt(index * 2 + 1));
    if (high < 0 || low < 0) return index;
    target[start + index] = (high << 4) | low;
  }
  return pairs;
}

/** Writes whole characters only. Returns bytes written. */
export function utf8Write(target: Uint8Array, text: string, start: number, length: number): number {
  const end = Math.min(start + length, target.length);
  if (text.length <= SHORT_TEXT) {
    let at = start;
    let ascii = true;
    for (let index = 0; index < text.length && at < end; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        ascii = false;
        break;
      }
      target[at++] = code;
    }
    if (ascii) return at - start;
  }
  if (target.buffer instanceof SharedArrayBuffer) {
    const scratch = new Uint8Array(end - start);
    const { written } = encoder.encodeInto(text, scratch);
    target.set(scratch.subarray(0, written), start);
    return written;
  }
  return encoder.encodeInto(text, target.subarray(start, end)).written;
}

export function latin1Write(target: Uint8Array, text: string, start: number, length: number): number {
  const count = Math.max(0, Math.min(length, text.length, target.length - start));
  if (count > SHORT_TEXT && !(target.buffer instanceof SharedArrayBuffer)) {
    const room = target.subarray(start, start + count);
    // A byte for each character: all of it is ASCII.
    if (encoder.encodeInto(text, room).read === count) return count;
    if (setFromBase64 !== undefined) {
      try {
        setFromBase64.call(room, toBase64Text(text.slice(0, count)));
        return count;
      } catch {
        // Characters above U+00FF, of which the lower byte counts.
      }
    }
  }
  for (let index = 0; index < count; index++) target[start + index] = text.charCodeAt(index);
  return count;
}

export function utf16Write(target: Uint8Array, text: string, start: number, length: number): number {
  const count = Math.min(length >> 1, text.length, (target.length - start) >> 1);
  for (let index = 0; index < count; index++) {
    const code = text.charCodeAt(index);
    target[start + index * 2] = code & 0xff;
    target[start + index * 2 + 1] = code >> 8;
  }
  return count * 2;
}

/** UTF-8 length; lone surrogates count as U+FFFD. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    if (code < 0x800) length += 1;
    else {
      length += 2;
      if (code >= 0xd800 && code <= 0xdbff) {
        const next = text.charCodeAt(index + 1);
        if (next >= 0xdc00 && next <= 0xdfff) {
          // A pair is four bytes for two units.
          index++;
        }
      }
    }
  }
  return length;
}

/** The bytes of `text` in one of ENCODING's encodings. */
export function encodeText(text: string, encoding: number): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case ENCODING.ascii:
    case ENCODING.latin1: {
      const bytes = new Uint8Array(text.length);
      latin1Write(bytes, text, 0, text.length);
      return bytes;
    }
    case ENCODING.utf16le: {
      const bytes = new Uint8Array(text.length * 2);
      utf16Write(bytes, text, 0, bytes.length);
      return bytes;
    }
    case ENCODING.base64:
    case ENCODING.base64url: {
      const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
      return bytes.slice(0, base64Write(bytes, text, 0, bytes.length));
    }
    case ENCODING.hex: {
      const bytes = new Uint8Array(text.length >> 1);
      return bytes.slice(0, hexWrite(bytes, text, 0, bytes.length));
    }
    default:
      return encoder.encode(text);
  }
}

const brief = new Uint8Array(16_384);

/** As `encodeText`, for callers that are done with the bytes before the next call: those of short texts lie in an array that all share. */
export function encodeBriefly(text: string, encoding: number): Uint8Array<ArrayBuffer> {
  if (text.length * 3 > brief.length) return encodeText(text, encoding);
  switch (encoding) {
    case ENCODING.ascii:
    case ENCODING.latin1:
      return brief.subarray(0, latin1Write(brief, text, 0, text.length));
    case ENCODING.utf8:
      return brief.subarray(0, utf8Write(brief, text, 0, brief.length));
    default:
      return encodeText(text, encoding);
  }
}

const ENCODING_NAMES: Readonly<Record<string, number>> = {
  ascii: 0, utf8: 1, 'utf-8': 1, base64: 2, ucs2: 3, 'ucs-2': 3, utf16le: 3, 'utf-16le': 3, latin1: 4, binary: 4, hex: 5, buffer: 6, base64url: 7,
}; // prettier-ignore

/** Encoding number of a name in any case; `fallback` when it is not one (ParseEncoding). */
export function parseEncoding(encoding: unknown, fallback: number): number {
  if (typeof encoding === 'number') return encoding;
  return typeof encoding === 'string' ? (ENCODING_NAMES[encoding.toLowerCase()] ?? fallback) : fallback;
}

/** `StringBytes::Encode`: text of bytes in an encoding; for `buffer` the caller keeps the bytes. */
export function decodeText(bytes: Uint8Array, encoding: number): string {
  const end = bytes.length;
  switch (encoding) {
    case ENCODING.ascii:
      return asciiDecode(bytes, 0, end);
    case ENCODING.latin1:
      return latin1Decode(bytes, 0, end);
    case ENCODING.utf16le:
      return utf16Decode(bytes, 0, end);
    case ENCODING.base64:
      return base64Encode(bytes, 0, end, false);
    case ENCODING.base64url:
      return base64Encode(bytes, 0, end, true);
    case ENCODING.hex:
      return hexEncode(bytes, 0, end);
    default:
      return utf8Decode(bytes, 0, end);
  }
}
