/** JavaScript values in V8's wire format: `ValueSerializer` (src/objects/value-serializer.cc). */
import { proxyDetails } from '../bindings/types.ts';
import { ByteWriter, varintSize } from './byte-writer.ts';
import * as tag from './tags.ts';

/** What the owner decides: V8's `ValueSerializer::Delegate`. */
export interface WriterDelegate {
  /** Whether an object is the owner's to write. Without it, views are the only ones that may be. */
  isHostObject?(value: object): boolean;
  writeHostObject(value: object): void;
  sharedArrayBufferId(buffer: SharedArrayBuffer): number;
  cloneError(message: string): unknown;
}

const INDEX = /^(?:0|[1-9]\d{0,9})$/;
const MOST_INDEX = 4294967294;

const toStringTag = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);
// The getters of the language, which look at internal slots and which no guest object can pretend.
const internal = (prototype: object, name: string): ((this: unknown) => unknown) =>
  Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => unknown;
const typedArrayName = internal(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag as unknown as string);

/** Whether reading an internal slot works. */
function has(read: (this: unknown) => unknown, value: object): boolean {
  try {
    read.call(value);
    return true;
  } catch {
    return false;
  }
}
/** Objects of literals, whose brands need no look. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (prototype === Object.prototype || prototype === null) && toStringTag(value) === 'Object';
}
const mapSize = internal(Map.prototype, 'size');
const setSize = internal(Set.prototype, 'size');

export class ValueWriter {
  readonly out = new ByteWriter();
  readonly #delegate: WriterDelegate;
  readonly #ids = new Map<object, number>();
  readonly #transferred = new Map<object, number>();
  viewsAreHostObjects = false;

  constructor(delegate: WriterDelegate) {
    this.#delegate = delegate;
  }

  header(): void {
    this.out.byte(tag.VERSION);
    this.out.byte(tag.WIRE_VERSION);
  }

  transfer(id: number, buffer: object): void {
    this.#transferred.set(buffer, id);
  }

  write(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return this.out.byte(tag.UNDEFINED);
      case 'boolean':
        return this.out.byte(value ? tag.TRUE : tag.FALSE);
      case 'number':
        return this.#number(value);
      case 'bigint':
        this.out.byte(tag.BIGINT);
        return this.#bigint(value);
      case 'string':
        return this.#string(value);
      case 'object':
        return value === null ? this.out.byte(tag.NULL) : this.#object(value);
      case 'function':
        throw this.#delegate.cloneError(`${Function.prototype.toString.call(value)} could not be cloned.`);
      default:
        throw this.#delegate.cloneError(`${String(value)} could not be cloned.`);
    }
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0)) {
      this.out.byte(tag.INT32);
      this.out.zigzag(value);
    } else {
      this.out.byte(tag.DOUBLE);
      this.out.double(value);
    }
  }

  #bigint(value: bigint): void {
    const magnitude = value < 0n ? -value : value;
    const size = Math.ceil(magnitude.toString(16).length / 16) * (magnitude === 0n ? 0 : 8);
    this.out.varint((size << 1) | (value < 0n ? 1 : 0));
    for (let index = 0, rest = magnitude; index < size; index++, rest >>= 8n) this.out.byte(Number(rest & 0xffn));
  }

  #string(text: string): void {
    const wide = /[^\0-\xff]/.test(text);
    const size = wide ? text.length * 2 : text.length;
    if (wide && (this.out.length + 1 + varintSize(size)) % 2 === 1) this.out.byte(tag.PADDING);
    this.out.byte(wide ? tag.TWO_BYTE_STRING : tag.ONE_BYTE_STRING);
    this.out.varint(size);
    const bytes = new Uint8Array(size);
    if (!wide) for (let index = 0; index < size; index++) bytes[index] = text.charCodeAt(index);
    else {
      for (let index = 0; index < text.length; index++) {
        const unit = text.charCodeAt(index);
        bytes[index * 2] = unit;
        bytes[index * 2 + 1] = unit >> 8;
      }
    }
    this.out.bytes(bytes);
  }

  #object(value: object): void {
    // A view follows its buffer, or a reference to it.
    if (ArrayBuffer.isView(value) && !this.viewsAreHostObjects && !this.#ids.has(value)) this.#object(value.buffer);
    const known = this.#ids.get(value);
    if (known !== undefined) {
      this.out.byte(tag.REFERENCE);
      return this.out.varint(known);
    }
    this.#ids.set(value, this.#ids.size);
    if (Array.isArray(value)) return this.#array(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof ArrayBuffer) return this.#buffer(value);
    if (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer) {
      const id = this.#delegate.sharedArrayBufferId(value);
      this.out.byte(tag.SHARED_ARRAY_BUFFER);
      return this.out.varint(id);
    }
    if (this.#delegate.isHostObject?.(value) === true) {
      this.out.byte(tag.HOST_OBJECT);
      return this.#delegate.writeHostObject(value);
    }
    if (isPlain(value) && proxyDetails(value) === undefined) return this.#plain(value);
    if (has(mapSize, value)) return this.#map(value as Map<unknown, unknown>);
    if (has(setSize, value)) return this.#set(value as Set<unknown>);
    this.#other(value);
  }

  #other(value: object): void {
    if (has(Date.prototype.getTime, value)) {
      this.out.byte(tag.DATE);
      return this.out.double(Date.prototype.getTime.call(value));
    }
    if (has(Number.prototype.valueOf as never, value)) {
      this.out.byte(tag.NUMBER_OBJECT);
      return this.out.double(Number.prototype.valueOf.call(value));
    }
    if (has(String.prototype.valueOf as never, value)) {
      this.out.byte(tag.STRING_OBJECT);
      return this.#string(String.prototype.valueOf.call(value));
    }
    if (has(Boolean.prototype.valueOf as never, value))
      return this.out.byte(Boolean.prototype.valueOf.call(value) ? tag.TRUE_OBJECT : tag.FALSE_OBJECT);
    if (has(BigInt.prototype.valueOf as never, value)) {
      this.out.byte(tag.BIGINT_OBJECT);
      return this.#bigint(BigInt.prototype.valueOf.call(value));
    }
    // The realm's classes by brand; the check through the stack slot of errors is not to be had, so their tag decides.
    const kind = toStringTag(value);
    if (kind === 'RegExp') return this.#regexp(value as RegExp);
    if (kind === 'Error' || value instanceof Error) return this.#error(value as Error);
    if (proxyDetails(value) !== undefined || UNCLONEABLE.some((Class) => value instanceof Class) || kind === 'Arguments') {
      throw this.#delegate.cloneError(`#<${kind === 'Arguments' ? 'Object' : (value.constructor?.name ?? 'Object')}> could not be cloned.`);
    }
    this.#plain(value);
  }

  #plain(value: object): void {
    this.out.byte(tag.OBJECT);
    const count = this.#properties(value, Object.keys(value));
    this.out.byte(tag.OBJECT_END);
    this.out.varint(count);
  }

  #key(key: string): void {
    if (INDEX.test(key) && Number(key) <= MOST_INDEX) this.#number(Number(key));
    else this.#string(key);
  }

  #properties(value: object, keys: readonly string[]): number {
    let count = 0;
    for (const key of keys) {
      // A getter may have removed it meanwhile.
      if (!Object.hasOwn(value, key)) continue;
      this.#key(key);
      this.write((value as Record<string, unknown>)[key]);
      count++;
    }
    return count;
  }

  #array(value: unknown[]): void {
    const { length } = value;
    const keys = Object.keys(value);
    const dense = keys.length >= length && (length === 0 || keys[length - 1] === String(length - 1));
    if (!dense) {
      this.out.byte(tag.SPARSE_ARRAY);
      this.out.varint(length);
      const count = this.#properties(value, keys);
      this.out.byte(tag.SPARSE_ARRAY_END);
      this.out.varint(count);
      return this.out.varint(length);
    }
    this.out.byte(tag.DENSE_ARRAY);
    this.out.varint(length);
    // V8 keeps arrays of numbers that are not all small integers as doubles, and writes them so.
    const doubles =
      value.every((item) => typeof item === 'number') && value.some((item) => item !== ((item as number) | 0) || Object.is(item, -0));
    for (let index = 0; index < length; index++) {
      if (doubles) {
        this.out.byte(tag.DOUBLE);
        this.out.double(value[index] as number);
      } else if (Object.hasOwn(value, index)) this.write(value[index]);
      else this.out.byte(tag.HOLE);
    }
    const count = this.#properties(value, keys.slice(length));
    this.out.byte(tag.DENSE_ARRAY_END);
    this.out.varint(count);
    this.out.varint(length);
  }

  #map(value: Map<unknown, unknown>): void {
    this.out.byte(tag.MAP);
    const entries = [...Map.prototype.entries.call(value)].flat();
    for (const item of entries) this.write(item);
    this.out.byte(tag.MAP_END);
    this.out.varint(entries.length);
  }

  #set(value: Set<unknown>): void {
    this.out.byte(tag.SET);
    const items = [...Set.prototype.values.call(value)];
    for (const item of items) this.write(item);
    this.out.byte(tag.SET_END);
    this.out.varint(items.length);
  }

  #regexp(value: RegExp): void {
    this.out.byte(tag.REGEXP);
    this.#string(value.source);
    this.out.varint([...value.flags].reduce((bits, flag) => bits | (1 << tag.REGEXP_FLAGS.indexOf(flag)), 0));
  }

  #error(value: Error): void {
    this.out.byte(tag.ERROR);
    const message = Object.getOwnPropertyDescriptor(value, 'message')?.value as unknown;
    const prototype = tag.ERROR_PROTOTYPES.find(([name]) => name === value.name);
    if (prototype !== undefined) this.out.byte(prototype[1]);
    if (message !== undefined) {
      this.out.byte(tag.ERROR_MESSAGE);
      this.#string(String(message));
    }
    if (typeof value.stack === 'string') {
      this.out.byte(tag.ERROR_STACK);
      this.#string(value.stack);
    }
    if (Object.hasOwn(value, 'cause')) {
      this.out.byte(tag.ERROR_CAUSE);
      this.write(value.cause);
    }
    this.out.byte(tag.ERROR_END);
  }

  #buffer(value: ArrayBuffer): void {
    const id = this.#transferred.get(value);
    if (id !== undefined) {
      this.out.byte(tag.ARRAY_BUFFER_TRANSFER);
      return this.out.varint(id);
    }
    if (value.detached) throw this.#delegate.cloneError('An ArrayBuffer is detached and could not be cloned.');
    this.out.byte(value.resizable ? tag.RESIZABLE_ARRAY_BUFFER : tag.ARRAY_BUFFER);
    this.out.varint(value.byteLength);
    if (value.resizable) this.out.varint(value.maxByteLength);
    this.out.bytes(new Uint8Array(value));
  }

  #view(value: ArrayBufferView): void {
    if (this.viewsAreHostObjects) {
      this.out.byte(tag.HOST_OBJECT);
      return this.#delegate.writeHostObject(value);
    }
    const name = typedArrayName.call(value) ?? 'DataView';
    this.out.byte(tag.ARRAY_BUFFER_VIEW);
    this.out.varint(tag.VIEWS.find(([known]) => known === name)?.[1] ?? 0);
    this.out.varint(value.byteOffset);
    this.out.varint(value.byteLength);
    // Neither length-tracking nor over a resizable buffer.
    this.out.varint(0);
  }
}

const UNCLONEABLE: readonly (new (...args: never[]) => object)[] = [WeakMap, WeakSet, WeakRef, Promise];
