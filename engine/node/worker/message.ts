/**
 * A message between ports (Message in src/node_messaging.cc): V8's wire format, with what only the browser can carry (ports, shared memories, wasm
 * modules, transferred buffers) in a list beside it. Objects of Node's library clone and transfer themselves through its messaging symbols.
 */
import { blobBytes, blobOf } from '../bindings/blob.ts';
import { describeKey, reviveKey, type TransferredKey } from '../crypto/key-transfer.ts';
import type { Callable, Environment } from '../environment.ts';
import { perContextExports } from '../realm.ts';
import { isFileHandle, reviveFileHandle, takeFileHandle } from '../fs/file-handle.ts';
import { describeHistogram, reviveHistogram, type HistogramDescription } from '../performance/histogram.ts';
import { FormatError, ValueReader } from '../serdes/value-reader.ts';
import { ValueWriter } from '../serdes/value-writer.ts';

export interface Packed {
  readonly bytes: Uint8Array;
  /** Referred to by their index. */
  readonly items: readonly unknown[];
}

export interface PortClasses {
  isPort(value: unknown): value is MessagePort;
  isDetached(port: MessagePort): boolean;
}

/** The wire's kinds of host objects. */
const ITEM = 0;
const LIBRARY_OBJECT = 1;
const BLOB = 2;
const KEY = 3;
const FILE_HANDLE = 4;
const HISTOGRAM = 5;

const CLONEABLE = 2;
const TRANSFERABLE = 1;

export function cloneError(environment: Environment, message: string): Error {
  const { DOMException } = (perContextExports.get(environment) ?? {}) as { DOMException: new (message: string, name: string) => Error };
  return new DOMException(message, 'DataCloneError');
}

const libraryFactories = new WeakMap<Environment, Callable>();

/** `setDeserializerCreateObjectFunction`: makes an object of Node's library from `module:Class`. */
export function setObjectFactory(environment: Environment, factory: Callable): void {
  libraryFactories.set(environment, factory);
}

interface Description {
  readonly data: unknown;
  readonly deserializeInfo: string;
}

/** Writes a message. `transfer` is the guest's list; `transferred` is what of it the browser has to move with the items. */
export function packMessage(
  environment: Environment,
  ports: PortClasses,
  value: unknown,
  transfer: readonly unknown[],
): Packed & { readonly transferred: Transferable[] } {
  const { symbols, privateSymbols } = environment;
  const mode = privateSymbols['transfer_mode_private_symbol'] ?? Symbol();
  const untransferable = privateSymbols['untransferable_object_private_symbol'] ?? Symbol();
  const modeOf = (object: object): number | undefined => (object as Record<symbol, unknown>)[mode] as number | undefined;
  const describe = (object: object, symbol: string): Description =>
    ((object as Record<symbol, Callable>)[symbols[symbol] ?? Symbol()] as () => Description).call(object);
  const items: unknown[] = [];
  const transferred: Transferable[] = [];
  const moved = new Set<object>();
  const buffers: ArrayBuffer[] = [];

  const requireNew = (item: object): void => {
    if (moved.has(item)) throw cloneError(environment, `Transfer list contains duplicate ${item.constructor.name}`);
  };
  const list: unknown[] = [...transfer];
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (item instanceof ArrayBuffer) {
      if ((item as unknown as Record<symbol, unknown>)[untransferable] !== undefined)
        throw cloneError(environment, 'Cannot transfer object of unsupported type.');
      if (moved.has(item)) throw cloneError(environment, 'Transfer list contains duplicate ArrayBuffer');
      buffers.push(item);
    } else if (ports.isPort(item)) {
      requireNew(item);
      if ((item as unknown as Record<symbol, unknown>)[untransferable] !== undefined)
        throw cloneError(environment, 'Cannot transfer object of unsupported type.');
      if (ports.isDetached(item)) throw cloneError(environment, 'MessagePort in transfer list is already detached');
      items.push(item);
      transferred.push(item);
    } else if (typeof item === 'object' && item !== null && ((modeOf(item) ?? 0) & TRANSFERABLE) !== 0) {
      requireNew(item);
      const nested = (item as Record<symbol, unknown>)[symbols['messaging_transfer_list_symbol'] ?? Symbol()];
      // What it needs must be fit for it too.
      if (typeof nested === 'function') list.push(...((nested as Callable).call(item) as unknown[]));
    } else if (typeof item === 'object' && item !== null && isFileHandle(environment, item)) {
      requireNew(item);
    } else {
      throw cloneError(environment, 'Found invalid value in transferList.');
    }
    moved.add(item);
  }

  const itemId = (item: unknown): number => {
    const known = items.indexOf(item);
    return known >= 0 ? known : items.push(item) - 1;
  };

  const libraryObject = (object: object): void => {
    const { out } = writer;
    const isMoved = moved.has(object);
    const flags = modeOf(object) ?? 0;
    if (!isMoved && (flags & CLONEABLE) === 0) {
      throw (flags & TRANSFERABLE) !== 0
        ? cloneError(environment, 'Object that needs transfer was found in message but not listed in transferList')
        : cloneError(environment, 'Cannot clone object of unsupported type.');
    }
    const { data, deserializeInfo } = describe(object, isMoved ? 'messaging_transfer_symbol' : 'messaging_clone_symbol');
    out.varint(LIBRARY_OBJECT);
    writer.write(deserializeInfo);
    writer.write(data);
  };

  const writer = new ValueWriter({
    isHostObject: (object) =>
      modeOf(object) !== undefined ||
      ports.isPort(object) ||
      isWasm(object) ||
      blobBytes(object) !== undefined ||
      describeKey(environment, object) !== undefined ||
      isFileHandle(environment, object),
    writeHostObject: (object) => {
      const { out } = writer;
      const parts = blobBytes(object);
      if (parts !== undefined) {
        out.varint(BLOB);
        return writer.write(parts);
      }
      const key = describeKey(environment, object);
      if (key !== undefined) {
        out.varint(KEY);
        return writer.write(key);
      }
      const histogram = describeHistogram(environment, object);
      if (histogram !== undefined) {
        out.varint(HISTOGRAM);
        return writer.write(histogram);
      }
      if (modeOf(object) !== undefined && !ports.isPort(object)) return libraryObject(object);
      const isHandle = isFileHandle(environment, object);
      if ((isHandle || ports.isPort(object)) && !moved.has(object)) {
        throw cloneError(environment, 'Object that needs transfer was found in message but not listed in transferList');
      }
      if (isHandle) {
        out.varint(FILE_HANDLE);
        return writer.write(takeFileHandle(environment, object));
      }
      out.varint(ITEM);
      out.varint(itemId(object));
    },
    sharedArrayBufferId: itemId,
    cloneError: (message) => cloneError(environment, message),
  });
  writer.header();
  buffers.forEach((buffer) => {
    if (buffer.detached) throw cloneError(environment, 'An ArrayBuffer is detached and could not be cloned.');
    writer.transfer(items.push(buffer) - 1, buffer);
    transferred.push(buffer);
  });
  writer.write(value);
  return { bytes: writer.out.release(), items, transferred };
}

/** Reads a message. `adopt` makes a port that arrived one of this thread's. */
export function unpackMessage(environment: Environment, { bytes, items }: Packed): unknown {
  const reader = new ValueReader(bytes, {
    sharedArrayBuffer: (id) => items[id],
    readHostObject: () => {
      switch (reader.varint()) {
        case ITEM:
          return items[reader.varint()];
        case BLOB:
          return blobOf(reader.read() as Uint8Array[]);
        case KEY:
          return reviveKey(environment, reader.read() as TransferredKey);
        case FILE_HANDLE:
          return reviveFileHandle(environment, Number(reader.read()));
        case HISTOGRAM:
          return reviveHistogram(environment, reader.read() as HistogramDescription);
        case LIBRARY_OBJECT: {
          const info = reader.read();
          const object = libraryFactories.get(environment)?.call(undefined, info) as Record<symbol, Callable>;
          const data = reader.read();
          object[environment.symbols['messaging_deserialize_symbol'] ?? Symbol()]?.call(object, data);
          return object;
        }
        default:
          throw new FormatError();
      }
    },
  });
  reader.header();
  items.forEach((item, id) => {
    if (item instanceof ArrayBuffer) reader.transfer(id, item);
  });
  return reader.read();
}

function isWasm(value: object): boolean {
  return value instanceof WebAssembly.Module || value instanceof WebAssembly.Memory;
}
