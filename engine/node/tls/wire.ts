/** Reading and writing the structures of TLS (RFC 8446, section 3). What comes in is hostile: every read is within bounds. */
import { concatBytes } from '../crypto/bytes.ts';
import { TlsFailure } from './errors.ts';
import { ALERT } from './protocol.ts';

/** A message that cannot be read. */
const malformed = (): TlsFailure => new TlsFailure(ALERT.decodeError, 'length mismatch');

export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  bytes(count: number): Uint8Array {
    if (count > this.left) throw malformed();
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** An unsigned number of `size` bytes, at most 4. */
  number(size: 1 | 2 | 3 | 4): number {
    let value = 0;
    for (const byte of this.bytes(size)) value = value * 256 + byte;
    return value;
  }

  /** A vector whose length, in bytes, stands before it in `size` bytes. */
  vector(size: 1 | 2 | 3, least = 0, most = Number.POSITIVE_INFINITY): Uint8Array {
    const bytes = this.bytes(this.number(size));
    if (bytes.length < least || bytes.length > most) throw malformed();
    return bytes;
  }

  /** The vector's own reader. */
  sub(size: 1 | 2 | 3): WireReader {
    return new WireReader(this.vector(size));
  }

  /** A vector of 16-bit numbers. */
  numbers16(size: 1 | 2): number[] {
    const reader = this.sub(size);
    if (reader.left % 2 !== 0) throw malformed();
    const values: number[] = [];
    while (reader.left > 0) values.push(reader.number(2));
    return values;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.left > 0) throw malformed();
  }
}

export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const u16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 0xff);
export const u24 = (value: number): Uint8Array => Uint8Array.of(value >>> 16, (value >>> 8) & 0xff, value & 0xff);
export const u32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
export const list16 = (values: readonly number[]): Uint8Array => Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff]));

export const vector8 = (...parts: readonly Uint8Array[]): Uint8Array => withLength(u8, parts);
export const vector16 = (...parts: readonly Uint8Array[]): Uint8Array => withLength(u16, parts);
export const vector24 = (...parts: readonly Uint8Array[]): Uint8Array => withLength(u24, parts);

function withLength(size: (value: number) => Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(size(parts.reduce((sum, { length }) => sum + length, 0)), ...parts);
}

/** A handshake message: type, length, body. */
export const handshakeMessage = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => concatBytes(u8(type), vector24(...parts));

/** Whether both are the same, in a time that depends on their lengths only. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

export type Extensions = ReadonlyMap<number, Uint8Array>;

/** An extensions block; an extension may come once only (RFC 8446, 4.2). */
export function readExtensions(reader: WireReader): Map<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  const block = reader.sub(2);
  while (block.left > 0) {
    const type = block.number(2);
    if (extensions.has(type)) throw new TlsFailure(ALERT.illegalParameter, 'bad extension');
    extensions.set(type, block.vector(2));
  }
  return extensions;
}

export function writeExtensions(extensions: Iterable<readonly [type: number, body: Uint8Array]>): Uint8Array {
  return vector16(...Array.from(extensions, ([type, body]) => concatBytes(u16(type), vector16(body))));
}
