/** `internalBinding('buffer')` (src/node_buffer.cc). */
import * as codecs from '../codecs.ts';
import type { CreateBinding, Environment } from '../environment.ts';

const bytesOf = (value: ArrayBufferView | ArrayBufferLike): Uint8Array =>
  value instanceof Uint8Array
    ? value
    : ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** Clamped start of a search, or -1 when nothing can be found (IndexOfOffset). */
function searchStart(length: number, offset: number, needle: number, forward: boolean): number {
  let start = Math.trunc(offset);
  if (start < 0) {
    if (start + length >= 0) start += length;
    else if (forward || needle === 0) return 0;
    else return -1;
  } else if (start + needle > length) {
    if (needle === 0) return length;
    if (forward) return -1;
    start = length - 1;
  }
  if (length - start >= needle) return start;
  return !forward && length >= needle ? length - needle : -1;
}

/** The language's own: a Buffer's `indexOf` comes back here. */
const { indexOf: find, lastIndexOf: findLast } = Uint8Array.prototype;

function search(haystack: Uint8Array, needle: Uint8Array, offset: number, forward: boolean, end: number | undefined, step: number): number {
  const limit = end === undefined ? haystack.length : Math.max(0, Math.min(end, haystack.length));
  // One that was transferred away is empty, and has no parts.
  const room = limit === haystack.length ? haystack : haystack.subarray(0, limit);
  const start = searchStart(room.length, offset, needle.length, forward);
  if (start <= -1) return -1;
  if (needle.length === 0) return start;
  if (step === 2 && (room.length < 2 || needle.length < 2)) return -1;
  const first = needle[0] ?? 0;
  const last = room.length - needle.length;
  const matches = (at: number): boolean => {
    for (let index = 1; index < needle.length; index++) if (room[at + index] !== needle[index]) return false;
    return true;
  };
  if (forward) {
    for (let at = find.call(room, first, start); at >= 0 && at <= last; at = find.call(room, first, at + 1))
      if (at % step === 0 && matches(at)) return at;
    return -1;
  }
  for (let at = findLast.call(room, first, Math.min(start, last)); at >= 0; at = at === 0 ? -1 : findLast.call(room, first, at - 1)) {
    if (at % step === 0 && matches(at)) return at;
  }
  return -1;
}

function fill(target: Uint8Array, value: unknown, start: number, end: number, encoding: unknown): number | undefined {
  if (start > end || end > target.length) return -2;
  if (start === end) return undefined;
  let pattern: Uint8Array;
  if (typeof value === 'string') pattern = codecs.encodeText(value, codecs.parseEncoding(encoding, codecs.ENCODING.utf8));
  else if (ArrayBuffer.isView(value)) pattern = bytesOf(value);
  else {
    target.fill(Number(value) & 255, start, end);
    return undefined;
  }
  if (pattern.length === 0) return -1;
  const first = Math.min(pattern.length, end - start);
  target.set(pattern.subarray(0, first), start);
  for (let done = first; done < end - start; done *= 2) target.copyWithin(start + done, start, Math.min(start + done, end - done));
  return undefined;
}

function swap(bytes: Uint8Array, size: number): Uint8Array {
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}

/** @throws ERR_INVALID_STATE when it is an ArrayBuffer that was transferred away; a view of one is empty, as natively */
function attached(environment: Environment, value: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (value instanceof ArrayBuffer && value.detached)
    throw environment.codedError('Error', 'ERR_INVALID_STATE', 'Cannot validate on a detached buffer');
  return bytesOf(value);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes.buffer instanceof SharedArrayBuffer ? bytes.slice() : bytes);
    return true;
  } catch {
    return false;
  }
}
const strict = new TextDecoder('utf-8', { fatal: true });

const BASE64 = /^[A-Za-z0-9+/]*$/;

function atob(text: string): string | number {
  const clean = text.replaceAll(/[\t\n\f\r ]/g, '');
  const body = clean.length % 4 === 0 ? clean.replace(/={1,2}$/, '') : clean;
  if (!BASE64.test(body)) return -2;
  if (body.length % 4 === 1) return -1;
  const bytes = codecs.encodeText(body, codecs.ENCODING.base64);
  return codecs.latin1Decode(bytes, 0, bytes.length);
}

function btoa(text: string): string | number {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 255) return -1;
  const bytes = codecs.encodeText(text, codecs.ENCODING.latin1);
  return codecs.base64Encode(bytes, 0, bytes.length, false);
}

type Slice = (bytes: Uint8Array, start: number, end: number) => string;
type Write = (target: Uint8Array, text: string, start: number, length: number) => number;

export const create: CreateBinding = (environment) => {
  const longest = Number(environment.dumps['buffer']?.['kStringMaxLength'] ?? Infinity);
  /** Strings beyond V8's limit are an error in Node, not a browser's. */
  const requireLength = (length: number): void => {
    if (length > longest)
      throw environment.codedError(
        'Error',
        'ERR_STRING_TOO_LONG',
        `Cannot create a string longer than 0x${longest.toString(16)} characters`,
      );
  };
  const outOfRange = () => environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'Index out of range');
  const slice =
    (decode: Slice, bytesPerUnit = 1) =>
    (target: Uint8Array, start?: number, end?: number): string => {
      const bytes = bytesOf(target);
      const from = start === undefined ? 0 : Math.trunc(start) || 0;
      if (from < 0) throw outOfRange();
      const to = Math.min(end === undefined ? bytes.length : Math.trunc(end) || 0, bytes.length);
      if (to <= from) return '';
      // V8 refuses before it looks at what they say.
      requireLength((to - from) / bytesPerUnit);
      const text = decode(bytes, from, to);
      requireLength(text.length);
      return text;
    };
  const write =
    (encode: Write) =>
    (target: Uint8Array, text: unknown, start?: number, length?: number): number => {
      if (typeof text !== 'string') throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'argument must be a string');
      const offset = start === undefined ? 0 : Math.trunc(start) || 0;
      if (offset > target.length)
        throw environment.codedError('RangeError', 'ERR_BUFFER_OUT_OF_BOUNDS', '"offset" is outside of buffer bounds');
      const room = Math.min(length === undefined ? target.length - offset : Math.trunc(length), target.length - offset);
      return room <= 0 ? 0 : encode(target, text, offset, room);
    };
  return {
    asciiSlice: slice(codecs.asciiDecode),
    latin1Slice: slice(codecs.latin1Decode),
    utf8Slice: slice(codecs.utf8Decode),
    ucs2Slice: slice(codecs.utf16Decode, 2),
    hexSlice: slice(codecs.hexEncode),
    base64Slice: slice((bytes, start, end) => codecs.base64Encode(bytes, start, end, false)),
    base64urlSlice: slice((bytes, start, end) => codecs.base64Encode(bytes, start, end, true)),
    asciiWriteStatic: write(codecs.latin1Write),
    latin1WriteStatic: write(codecs.latin1Write),
    utf8WriteStatic: write(codecs.utf8Write),
    ucs2Write: write(codecs.utf16Write),
    hexWrite: write(codecs.hexWrite),
    base64Write: write(codecs.base64Write),
    base64urlWrite: write(codecs.base64Write),
    byteLengthUtf8: codecs.utf8Length,
    compare: (a: Uint8Array, b: Uint8Array) => compareBytes(bytesOf(a), bytesOf(b)),
    compareOffset: (
      source: Uint8Array,
      target: Uint8Array,
      targetStart: number,
      sourceStart: number,
      targetEnd: number,
      sourceEnd: number,
    ) => {
      if (sourceStart > source.byteLength)
        throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'The value of "sourceStart" is out of range.');
      if (targetStart > target.byteLength)
        throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'The value of "targetStart" is out of range.');
      return compareBytes(bytesOf(source).subarray(sourceStart, sourceEnd), bytesOf(target).subarray(targetStart, targetEnd));
    },
    copy: (source: Uint8Array, target: Uint8Array, targetStart: number, sourceStart: number, count: number) => {
      bytesOf(target).set(bytesOf(source).subarray(sourceStart, sourceStart + count), targetStart);
      return count;
    },
    copyArrayBuffer: (target: ArrayBuffer, targetStart: number, source: ArrayBuffer, sourceStart: number, count: number) => {
      new Uint8Array(target, targetStart, count).set(new Uint8Array(source, sourceStart, count));
    },
    createUnsafeArrayBuffer: (size: number) => new ArrayBuffer(size),
    fill: (target: Uint8Array, value: unknown, start: number, end: number, encoding: unknown) => {
      if (start < 0 || end < 0) throw outOfRange();
      return fill(bytesOf(target), value, start, end, encoding);
    },
    indexOfString: (target: Uint8Array, text: string, offset: number, encoding: number, forward: boolean, end?: number) =>
      search(bytesOf(target), codecs.encodeText(text, encoding), offset, forward, end, encoding === codecs.ENCODING.utf16le ? 2 : 1),
    indexOfBuffer: (target: Uint8Array, needle: Uint8Array, offset: number, encoding: number, forward: boolean, end?: number) =>
      search(bytesOf(target), bytesOf(needle), offset, forward, end, encoding === codecs.ENCODING.utf16le ? 2 : 1),
    indexOfNumber: (target: Uint8Array, value: number, offset: number, forward: boolean, end?: number) =>
      search(bytesOf(target), Uint8Array.of(value & 255), offset, forward, end, 1),
    swap16: (target: Uint8Array) => swap(target, 2),
    swap32: (target: Uint8Array) => swap(target, 4),
    swap64: (target: Uint8Array) => swap(target, 8),
    isUtf8: (value: ArrayBufferView | ArrayBuffer) => isUtf8(attached(environment, value)),
    isAscii: (value: ArrayBufferView | ArrayBuffer) => attached(environment, value).every((byte) => byte < 128),
    atob,
    btoa,
    setDetachKey: () => undefined,
    setBufferPrototype: (prototype: object) => bufferPrototypes.set(environment, prototype),
  };
};

/** Buffer.prototype of each environment, once bootstrap has set it. */
export const bufferPrototypes = new WeakMap<Environment, object>();
