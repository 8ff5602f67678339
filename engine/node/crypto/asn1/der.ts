/** DER (X.690): the subset that keys and certificates are made of. */
import { concatBytes } from '../bytes.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OBJECT_IDENTIFIER = 0x06;
export const ENUMERATED = 0x0a;
export const UTF8_STRING = 0x0c;
export const SEQUENCE = 0x30;
export const SET = 0x31;

/** Tag of a context-specific element. */
export const context = (number: number, constructed = true): number => (constructed ? 0xa0 : 0x80) | number;

/** The names are OpenSSL's reasons. */
export type DerProblem =
  | 'wrong tag'
  | 'too small'
  | 'too long'
  | 'field missing'
  | 'not enough data'
  | 'invalid object encoding'
  | 'bad object header';

export class DerError extends Error {
  readonly problem: DerProblem;
  constructor(problem: DerProblem) {
    super(`DER: ${problem}`);
    this.problem = problem;
  }
}

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

/** Reads the elements of a content one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The single element that these bytes are; what follows it is ignored, as OpenSSL's d2i functions do. */
  static element(bytes: Uint8Array, tag?: number): DerElement {
    return new DerReader(bytes).read(tag);
  }

  static sequence(bytes: Uint8Array): DerReader {
    return new DerReader(DerReader.element(bytes, SEQUENCE).content);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** What is left. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** The next element's tag. */
  get tag(): number | undefined {
    return this.#bytes[this.#at];
  }

  read(wanted?: number): DerElement {
    const bytes = this.#bytes;
    const start = this.#at;
    const [tag, first] = [bytes[start], bytes[start + 1]];
    if (tag === undefined) throw new DerError(start === 0 ? 'too small' : 'field missing');
    if (wanted !== undefined && tag !== wanted) throw new DerError('wrong tag');
    if (first === undefined) throw new DerError('bad object header');
    let at = start + 2;
    let length = first;
    if (first >= 0x80) {
      const size = first & 0x7f;
      if (size === 0 || size > 4 || at + size > bytes.length) throw new DerError('bad object header');
      length = 0;
      for (let index = 0; index < size; index++) length = length * 256 + (bytes[at + index] ?? 0);
      at += size;
    }
    if (at + length > bytes.length) throw new DerError('too long');
    this.#at = at + length;
    return { tag, content: bytes.subarray(at, at + length), whole: bytes.subarray(start, at + length) };
  }

  /** The next element when it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.tag === tag ? this.read(tag) : undefined;
  }

  sequence(): DerReader {
    return new DerReader(this.read(SEQUENCE).content);
  }

  integer(): bigint {
    return readInteger(this.read(INTEGER));
  }

  oid(): string {
    return readOid(this.read(OBJECT_IDENTIFIER).content);
  }

  octets(): Uint8Array {
    return this.read(OCTET_STRING).content;
  }

  /** A bit string of whole bytes. */
  bits(): Uint8Array {
    const { content } = this.read(BIT_STRING);
    if (content.length === 0) throw new DerError('too small');
    return content.subarray(1);
  }
}

/** Two's complement. */
export function readInteger({ content }: DerElement): bigint {
  if (content.length === 0) throw new DerError('too small');
  const value = bytesToBigInt(content);
  return (content[0] ?? 0) < 0x80 ? value : value - (1n << BigInt(8 * content.length));
}

export function readOid(content: Uint8Array): string {
  const parts: bigint[] = [];
  let value = 0n;
  for (const byte of content) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (parts.length === 0) {
      const first = value < 40n ? 0n : value < 80n ? 1n : 2n;
      parts.push(first, value - 40n * first);
    } else parts.push(value);
    value = 0n;
  }
  if (parts.length === 0 || (content.at(-1) ?? 0) >= 0x80) throw new DerError('invalid object encoding');
  return parts.join('.');
}

/** One element. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((size, part) => size + part.length, 0);
  if (length < 0x80) return concatBytes(Uint8Array.of(tag, length), ...contents);
  const size = bigIntBytes(BigInt(length));
  return concatBytes(Uint8Array.of(tag, 0x80 | size.length), size, ...contents);
}

export const sequence = (...contents: readonly Uint8Array[]): Uint8Array => der(SEQUENCE, ...contents);
export const octetString = (bytes: Uint8Array): Uint8Array => der(OCTET_STRING, bytes);
export const bitString = (bytes: Uint8Array): Uint8Array => der(BIT_STRING, Uint8Array.of(0), bytes);
export const nullValue = (): Uint8Array => der(NULL);

/** An INTEGER that is not negative. */
export function integer(value: bigint | number): Uint8Array {
  const bytes = bigIntBytes(BigInt(value));
  if (bytes.length === 0) return der(INTEGER, Uint8Array.of(0));
  return (bytes[0] ?? 0) < 0x80 ? der(INTEGER, bytes) : der(INTEGER, Uint8Array.of(0), bytes);
}

export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const bytes: number[] = [];
  for (const part of [first * 40n + second, ...rest]) {
    const digits = [Number(part & 0x7fn)];
    for (let value = part >> 7n; value > 0n; value >>= 7n) digits.unshift(Number(value & 0x7fn) | 0x80);
    bytes.push(...digits);
  }
  return der(OBJECT_IDENTIFIER, Uint8Array.from(bytes));
}
