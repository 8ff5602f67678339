/** Bytes in and out of bindings: what `StringBytes` and `ArrayBufferOrViewContents` are to Node's C++. */
import type { Environment } from '../environment.ts';

export type Encodable = string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

interface BufferClass {
  from(text: string, encoding: string): Uint8Array;
  prototype: { toString(this: Uint8Array, encoding: string): string };
}

const UTF8_NAMES = new Set(['utf8', 'utf-8', 'UTF8', 'UTF-8']);
const TEXT_ENCODINGS = new Set([
  'utf8',
  'utf-8',
  'ucs2',
  'ucs-2',
  'utf16le',
  'utf-16le',
  'latin1',
  'binary',
  'ascii',
  'hex',
  'base64',
  'base64url',
]);

const encoder = new TextEncoder();

/** The same memory as bytes, without a copy. */
export function viewBytes(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  // A view of memory that was transferred away is empty, and no other can be made of it.
  if (source.byteLength === 0) return new Uint8Array(0);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}

export function isBytes(value: unknown): value is ArrayBufferView | ArrayBufferLike {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer)
  );
}

/** Text in one of Node's encodings (UTF-8 when none or an unknown one is named), or a view of the caller's memory. */
export function toBytes(environment: Environment, data: Encodable, encoding?: unknown): Uint8Array {
  if (typeof data !== 'string') return viewBytes(data);
  const name = typeof encoding === 'string' ? encoding : 'utf8';
  if (UTF8_NAMES.has(name) || !TEXT_ENCODINGS.has(name.toLowerCase())) return encoder.encode(data);
  return bufferClass(environment).from(data, name);
}

/** A Buffer, or text where `encoding` names one of Node's text encodings. */
export function fromBytes(environment: Environment, bytes: Uint8Array, encoding?: unknown): Uint8Array | string {
  if (typeof encoding !== 'string' || !TEXT_ENCODINGS.has(encoding.toLowerCase())) return environment.buffer(bytes);
  return bufferClass(environment).prototype.toString.call(environment.buffer(bytes), encoding);
}

function bufferClass(environment: Environment): BufferClass {
  return environment.requireBuiltin('buffer').Buffer as BufferClass;
}

/** A private ArrayBuffer with exactly these bytes, as jobs return it. */
export function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
