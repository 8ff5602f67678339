/** Values from V8's wire format: `ValueDeserializer` (src/objects/value-serializer.cc). */
import { latin1Decode, utf16Decode, utf8Decode } from '../codecs.ts';
import * as tag from './tags.ts';

/** What the owner decides: V8's `ValueDeserializer::Delegate`. */
export interface ReaderDelegate {
  readHostObject(): unknown;
  sharedArrayBuffer(id: number): unknown;
}

/** Holes only. */
function emptyArray(length: number): unknown[] {
  const array: unknown[] = [];
  array.length = length;
  return array;
}

const isShared = (value: unknown): value is SharedArrayBuffer =>
  typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer;

/** The data is not what the format allows. */
export class FormatError extends Error {
  constructor() {
    super('Unable to deserialize cloned data.');
  }
}

export class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #delegate: ReaderDelegate;
  readonly #objects: unknown[] = [];
  readonly #transferred = new Map<number, unknown>();
  position = 0;
  version = 0;

  constructor(bytes: Uint8Array, delegate: ReaderDelegate) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#delegate = delegate;
  }

  /** False where there is none that can be read. */
  header(): boolean {
    if (this.#bytes[this.position] !== tag.VERSION || this.#bytes.length < 2) return false;
    this.position++;
    this.version = this.varint();
    return this.version <= tag.WIRE_VERSION;
  }

  transfer(id: number, buffer: unknown): void {
    this.#transferred.set(id, buffer);
  }

  byte(): number {
    const value = this.#bytes[this.position++];
    if (value === undefined) throw new FormatError();
    return value;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      if (factor > 2 ** 49) throw new FormatError();
    }
  }

  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value & 0xffffffffffffffffn;
      if (shift > 70n) throw new FormatError();
    }
  }

  double(): number {
    const at = this.skip(8);
    return this.#view.getFloat64(at, true);
  }

  /** Moves on; gives where the bytes are. */
  skip(count: number): number {
    const at = this.position;
    if (count > this.#bytes.length - at) throw new FormatError();
    this.position += count;
    return at;
  }

  #tag(): number {
    for (;;) {
      const value = this.byte();
      if (value !== tag.PADDING) return value;
    }
  }

  #peek(): number | undefined {
    while (this.#bytes[this.position] === tag.PADDING) this.position++;
    return this.#bytes[this.position];
  }

  #keep<T>(value: T): T {
    this.#objects.push(value);
    return value;
  }

  read(): unknown {
    const value = this.#value(this.#tag());
    // A view follows the buffer that it is of.
    if ((value instanceof ArrayBuffer || isShared(value)) && this.#peek() === tag.ARRAY_BUFFER_VIEW) return this.#arrayBufferView(value);
    return value;
  }

  #value(kind: number): unknown {
    switch (kind) {
      case tag.UNDEFINED:
      case tag.HOLE:
        return undefined;
      case tag.NULL:
        return null;
      case tag.TRUE:
        return true;
      case tag.FALSE:
        return false;
      case tag.INT32: {
        const value = this.varint();
        return (value >>> 1) ^ -(value & 1);
      }
      case tag.UINT32:
        return this.varint();
      case tag.DOUBLE:
        return this.double();
      case tag.BIGINT:
        return this.#bigint();
      case tag.UTF8_STRING:
      case tag.ONE_BYTE_STRING:
      case tag.TWO_BYTE_STRING:
        return this.#text(kind);
      case tag.REFERENCE: {
        const id = this.varint();
        if (id >= this.#objects.length) throw new FormatError();
        return this.#objects[id];
      }
      default:
        return this.#object(kind);
    }
  }

  #object(kind: number): unknown {
    switch (kind) {
      case tag.OBJECT:
        return this.#properties(this.#keep({}), tag.OBJECT_END, 1);
      case tag.DENSE_ARRAY:
        return this.#denseArray();
      case tag.SPARSE_ARRAY:
        return this.#properties(this.#keep(emptyArray(this.varint())), tag.SPARSE_ARRAY_END, 2);
      case tag.DATE:
        return this.#keep(new Date(this.double()));
      case tag.TRUE_OBJECT:
        return this.#keep(Object(true));
      case tag.FALSE_OBJECT:
        return this.#keep(Object(false));
      case tag.NUMBER_OBJECT:
        return this.#keep(Object(this.double()));
      case tag.BIGINT_OBJECT:
        return this.#keep(Object(this.#bigint()));
      case tag.STRING_OBJECT:
        return this.#keep(Object(this.#text(this.#tag())));
      case tag.REGEXP:
        return this.#keep(this.#regexp());
      case tag.MAP:
        return this.#map();
      case tag.SET:
        return this.#set();
      case tag.ARRAY_BUFFER:
      case tag.RESIZABLE_ARRAY_BUFFER:
        return this.#keep(this.#buffer(kind === tag.RESIZABLE_ARRAY_BUFFER));
      case tag.ARRAY_BUFFER_TRANSFER: {
        const id = this.varint();
        if (!this.#transferred.has(id)) throw new FormatError();
        return this.#keep(this.#transferred.get(id));
      }
      case tag.SHARED_ARRAY_BUFFER:
        return this.#keep(this.#delegate.sharedArrayBuffer(this.varint()));
      case tag.ERROR:
        return this.#error();
      case tag.HOST_OBJECT: {
        const id = this.#objects.push(undefined) - 1;
        return (this.#objects[id] = this.#delegate.readHostObject());
      }
      default:
        throw new FormatError();
    }
  }

  #bigint(): bigint {
    const bits = this.varint();
    const size = bits >>> 1;
    const at = this.skip(size);
    let value = 0n;
    for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(this.#bytes[at + index] ?? 0);
    return (bits & 1) === 1 ? -value : value;
  }

  #text(kind: number): string {
    const size = this.varint();
    const at = this.skip(size);
    if (kind === tag.ONE_BYTE_STRING) return latin1Decode(this.#bytes, at, at + size);
    if (kind === tag.UTF8_STRING) return utf8Decode(this.#bytes, at, at + size);
    if (kind === tag.TWO_BYTE_STRING && size % 2 === 0) return utf16Decode(this.#bytes, at, at + size);
    throw new FormatError();
  }

  /** Keys and values up to `end`, then as many counts. */
  #properties<T extends object>(target: T, end: number, counts: number): T {
    let count = 0;
    for (; this.#peek() !== end; count++) {
      const key = this.read();
      if (typeof key !== 'string' && typeof key !== 'number') throw new FormatError();
      const value = this.read();
      if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
      else (target as Record<string | number, unknown>)[key] = value;
    }
    this.#tag();
    if (this.varint() !== count) throw new FormatError();
    if (counts === 2) this.varint();
    return target;
  }

  #denseArray(): unknown[] {
    const length = this.varint();
    if (length > this.#bytes.length - this.position) throw new FormatError();
    const array = this.#keep(emptyArray(length));
    for (let index = 0; index < length; index++) {
      if (this.#peek() === tag.HOLE) this.#tag();
      else array[index] = this.read();
    }
    return this.#properties(array, tag.DENSE_ARRAY_END, 2);
  }

  #regexp(): RegExp {
    const source = this.#text(this.#tag());
    const bits = this.varint();
    return new RegExp(source, tag.REGEXP_FLAGS.filter((_, index) => (bits & (1 << index)) !== 0).join(''));
  }

  #map(): Map<unknown, unknown> {
    const map = this.#keep(new Map<unknown, unknown>());
    let count = 0;
    for (; this.#peek() !== tag.MAP_END; count += 2) {
      const key = this.read();
      map.set(key, this.read());
    }
    this.#tag();
    if (this.varint() !== count) throw new FormatError();
    return map;
  }

  #set(): Set<unknown> {
    const set = this.#keep(new Set<unknown>());
    let count = 0;
    for (; this.#peek() !== tag.SET_END; count++) set.add(this.read());
    this.#tag();
    if (this.varint() !== count) throw new FormatError();
    return set;
  }

  #buffer(resizable: boolean): ArrayBuffer {
    const size = this.varint();
    const most = resizable ? this.varint() : size;
    const at = this.skip(size);
    const buffer = resizable ? new ArrayBuffer(size, { maxByteLength: most }) : new ArrayBuffer(size);
    new Uint8Array(buffer).set(this.#bytes.subarray(at, at + size));
    return buffer;
  }

  #arrayBufferView(buffer: ArrayBuffer | SharedArrayBuffer): ArrayBufferView {
    this.#tag();
    const kind = this.varint();
    const offset = this.varint();
    const size = this.varint();
    if (this.version >= 14) this.varint();
    const name = tag.VIEWS.find(([, code]) => code === kind)?.[0];
    const constructors = globalThis as unknown as Record<
      string,
      (new (buffer: ArrayBuffer | SharedArrayBuffer, offset: number, length: number) => ArrayBufferView) & { BYTES_PER_ELEMENT?: number }
    >;
    const View = name === undefined ? undefined : constructors[name];
    if (View === undefined || offset + size > buffer.byteLength) throw new FormatError();
    return this.#keep(new View(buffer, offset, size / (View.BYTES_PER_ELEMENT ?? 1)));
  }

  #error(): Error {
    const id = this.#objects.push(undefined) - 1;
    let name = 'Error';
    let message: string | undefined;
    let stack: string | undefined;
    let cause: { value: unknown } | undefined;
    for (;;) {
      const part = this.byte();
      if (part === tag.ERROR_END) break;
      if (part === tag.ERROR_MESSAGE) message = this.#text(this.#tag());
      else if (part === tag.ERROR_STACK) stack = this.#text(this.#tag());
      else if (part === tag.ERROR_CAUSE) cause = { value: this.read() };
      else name = tag.ERROR_PROTOTYPES.find(([, code]) => code === part)?.[0] ?? name;
    }
    const constructors = globalThis as unknown as Record<string, ErrorConstructor>;
    const ErrorClass = constructors[name] ?? Error;
    const error = new ErrorClass(message, cause === undefined ? undefined : { cause: cause.value });
    // Assigned, so that it stays what the engine makes of `stack`.
    error.stack = stack as string;
    this.#objects[id] = error;
    return error;
  }
}
