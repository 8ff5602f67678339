/** The part of MessagePack (github.com/msgpack/msgpack/blob/master/spec.md) that snapshots of @webcontainer/snapshot use: maps with string keys, strings, binary, and plain scalars. */

export class MessagePackError extends Error {}

export type MessagePackValue = null | boolean | number | string | Uint8Array | MessagePackValue[] | Map<string, MessagePackValue>;

/** Depth of nesting that is read; a deeper tree is refused instead of overflowing the stack. */
const MAX_DEPTH = 512;

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** Decodes one value. Binary values are views of `bytes`. @throws {MessagePackError} when it is cut off, malformed or of another type. */
export function decodeMessagePack(bytes: Uint8Array): MessagePackValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function take(length: number): number {
    const from = at;
    if (from + length > bytes.length)
      throw new MessagePackError(`The snapshot is cut off: ${length} bytes wanted at ${from} of ${bytes.length}.`);
    at += length;
    return from;
  }

  const length = (size: 1 | 2 | 4): number => {
    const from = take(size);
    return size === 1 ? view.getUint8(from) : size === 2 ? view.getUint16(from) : view.getUint32(from);
  };
  const binary = (size: number): Uint8Array => {
    const from = take(size);
    return bytes.subarray(from, from + size);
  };
  function text(size: number): string {
    const from = at;
    try {
      return decoder.decode(binary(size));
    } catch (error) {
      if (error instanceof MessagePackError) throw error;
      throw new MessagePackError(`The text of the snapshot at ${from} is not UTF-8.`, { cause: error });
    }
  }

  function array(size: number, depth: number): MessagePackValue[] {
    const values: MessagePackValue[] = [];
    for (let i = 0; i < size; i++) values.push(value(depth));
    return values;
  }

  function map(size: number, depth: number): Map<string, MessagePackValue> {
    const entries = new Map<string, MessagePackValue>();
    for (let i = 0; i < size; i++) {
      const key = value(depth);
      if (typeof key !== 'string') throw new MessagePackError(`A key of the snapshot at ${at} is no string.`);
      entries.set(key, value(depth));
    }
    return entries;
  }

  function value(depth: number): MessagePackValue {
    if (depth > MAX_DEPTH) throw new MessagePackError('The snapshot is nested too deeply.');
    const type = view.getUint8(take(1));
    if (type <= 0x7f) return type;
    if (type <= 0x8f) return map(type & 0x0f, depth + 1);
    if (type <= 0x9f) return array(type & 0x0f, depth + 1);
    if (type <= 0xbf) return text(type & 0x1f);
    if (type >= 0xe0) return type - 0x100;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return binary(length(1));
      case 0xc5:
        return binary(length(2));
      case 0xc6:
        return binary(length(4));
      case 0xca:
        return view.getFloat32(take(4));
      case 0xcb:
        return view.getFloat64(take(8));
      case 0xcc:
        return length(1);
      case 0xcd:
        return length(2);
      case 0xce:
        return length(4);
      case 0xcf:
        return Number(view.getBigUint64(take(8)));
      case 0xd0:
        return view.getInt8(take(1));
      case 0xd1:
        return view.getInt16(take(2));
      case 0xd2:
        return view.getInt32(take(4));
      case 0xd3:
        return Number(view.getBigInt64(take(8)));
      case 0xd9:
        return text(length(1));
      case 0xda:
        return text(length(2));
      case 0xdb:
        return text(length(4));
      case 0xdc:
        return array(length(2), depth + 1);
      case 0xdd:
        return array(length(4), depth + 1);
      case 0xde:
        return map(length(2), depth + 1);
      case 0xdf:
        return map(length(4), depth + 1);
      default:
        throw new MessagePackError(`The snapshot holds a value of an unknown type (0x${type.toString(16)} at ${at - 1}).`);
    }
  }

  const result = value(0);
  if (at !== bytes.length) throw new MessagePackError(`The snapshot has ${bytes.length - at} bytes too many.`);
  return result;
}

/** Encodes maps, strings, booleans and binary. */
export function encodeMessagePack(value: MessagePackValue): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];

  /** A type byte and a big-endian length of the smallest size that the type offers. */
  function head(size: number, types: readonly [small: number | null, one: number | null, two: number, four: number], inline: number): void {
    const [small, one, two, four] = types;
    if (small !== null && size < inline) parts.push(Uint8Array.of(small | size));
    else if (one !== null && size <= 0xff) parts.push(Uint8Array.of(one, size));
    else if (size <= 0xffff) parts.push(Uint8Array.of(two, size >> 8, size & 0xff));
    else parts.push(Uint8Array.of(four, size >>> 24, (size >>> 16) & 0xff, (size >>> 8) & 0xff, size & 0xff));
  }

  function write(one: MessagePackValue): void {
    if (one instanceof Map) {
      head(one.size, [0x80, null, 0xde, 0xdf], 16);
      for (const [key, item] of one) {
        write(key);
        write(item);
      }
    } else if (one instanceof Uint8Array) {
      head(one.length, [null, 0xc4, 0xc5, 0xc6], 0);
      parts.push(one);
    } else if (typeof one === 'string') {
      const bytes = encoder.encode(one);
      head(bytes.length, [0xa0, 0xd9, 0xda, 0xdb], 32);
      parts.push(bytes);
    } else if (typeof one === 'boolean') {
      parts.push(Uint8Array.of(one ? 0xc3 : 0xc2));
    } else {
      throw new MessagePackError(`Snapshots do not hold ${one === null ? 'null' : typeof one} values.`);
    }
  }

  write(value);
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
