/** `internalBinding('serdes')`: v8.serialize and its classes. Stands for src/node_serdes.cc. */
import { isBytes, viewBytes } from '../crypto/bytes.ts';
import type { Binding, Callable, Environment } from '../environment.ts';
import { FormatError, ValueReader } from '../serdes/value-reader.ts';
import { ValueWriter } from '../serdes/value-writer.ts';

export function create(environment: Environment): Binding {
  const method = (owner: object, name: string): Callable | undefined => {
    const value = (owner as Record<string, unknown>)[name];
    return typeof value === 'function' ? (value as Callable) : undefined;
  };

  class Serializer {
    readonly #writer: ValueWriter;

    constructor() {
      this.#writer = new ValueWriter({
        writeHostObject: (value) => {
          const write = method(this, '_writeHostObject');
          if (write === undefined)
            throw environment.codedError('TypeError', 'ERR_METHOD_NOT_IMPLEMENTED', 'The _writeHostObject() method is not implemented');
          write.call(this, value);
        },
        sharedArrayBufferId: (buffer) => {
          const id = method(this, '_getSharedArrayBufferId');
          if (id === undefined) throw this.#cloneError('#<SharedArrayBuffer> could not be cloned.');
          return Number(id.call(this, buffer));
        },
        cloneError: (message) => this.#cloneError(message),
      });
    }

    #cloneError(message: string): unknown {
      return method(this, '_getDataCloneError')?.call(this, message) ?? new Error(message);
    }
    writeHeader(): void {
      this.#writer.header();
    }
    writeValue(value: unknown): boolean {
      this.#writer.write(value);
      return true;
    }
    releaseBuffer(): Uint8Array {
      return environment.buffer(this.#writer.out.release());
    }
    transferArrayBuffer(id: number, buffer: object): void {
      this.#writer.transfer(id, buffer);
    }
    writeUint32(value: number): void {
      this.#writer.out.varint(value >>> 0);
    }
    writeUint64(high: number, low: number): void {
      this.#writer.out.varint64((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
    }
    writeDouble(value: number): void {
      this.#writer.out.double(Number(value));
    }
    writeRawBytes(source: unknown): void {
      if (!isBytes(source)) throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'source must be a TypedArray or a DataView');
      this.#writer.out.bytes(viewBytes(source));
    }
    _setTreatArrayBufferViewsAsHostObjects(on: boolean): void {
      this.#writer.viewsAreHostObjects = on;
    }
  }

  class Deserializer {
    readonly #reader: ValueReader;
    readonly buffer: ArrayBufferView;

    constructor(buffer: ArrayBufferView) {
      if (!ArrayBuffer.isView(buffer))
        throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'buffer must be a TypedArray or a DataView');
      this.buffer = buffer;
      this.#reader = new ValueReader(viewBytes(buffer), {
        readHostObject: () => {
          const read = method(this, '_readHostObject');
          if (read === undefined)
            throw environment.codedError('TypeError', 'ERR_METHOD_NOT_IMPLEMENTED', 'The _readHostObject() method is not implemented');
          return read.call(this);
        },
        sharedArrayBuffer: (id) => {
          const find = method(this, '_getSharedArrayBufferFromId');
          if (find === undefined) throw new FormatError();
          return find.call(this, id);
        },
      });
    }

    #attempt<T>(name: string, read: () => T): T {
      try {
        return read();
      } catch (error) {
        throw error instanceof FormatError ? new Error(`${name}() failed`) : error;
      }
    }
    readHeader(): boolean {
      if (!this.#attempt('ReadHeader', () => this.#reader.header()))
        throw new Error('Unable to deserialize cloned data due to invalid or unsupported version.');
      return true;
    }
    readValue(): unknown {
      try {
        return this.#reader.read();
      } catch (error) {
        // The class is ours: guests get a plain Error.
        throw error instanceof FormatError ? new Error(error.message) : error;
      }
    }
    getWireFormatVersion(): number {
      return this.#reader.version;
    }
    transferArrayBuffer(id: number, buffer: unknown): void {
      this.#reader.transfer(id, buffer);
    }
    readUint32(): number {
      return this.#attempt('ReadUint32', () => this.#reader.varint());
    }
    readUint64(): [number, number] {
      const value = this.#attempt('ReadUint64', () => this.#reader.varint64());
      return [Number(value >> 32n), Number(value & 0xffffffffn)];
    }
    readDouble(): number {
      return this.#attempt('ReadDouble', () => this.#reader.double());
    }
    _readRawBytes(size: number): number {
      return this.#attempt('ReadRawBytes', () => this.#reader.skip(size));
    }
  }

  return { Serializer: requiringNew(environment, Serializer), Deserializer: requiringNew(environment, Deserializer) };
}

/** A class whose call without `new` is refused with Node's code. */
function requiringNew(environment: Environment, constructor: new (...args: never[]) => object): Callable {
  const { name, length, prototype } = constructor;
  const checked = function (this: unknown, ...args: unknown[]): object {
    if (new.target === undefined)
      throw environment.codedError('TypeError', 'ERR_CONSTRUCT_CALL_REQUIRED', `Class constructor ${name} cannot be invoked without 'new'`);
    return Reflect.construct(constructor, args, new.target) as object;
  };
  Object.defineProperties(checked, { name: { value: name }, length: { value: length }, prototype: { value: prototype } });
  Object.defineProperty(prototype, 'constructor', { value: checked, writable: true, configurable: true });
  return checked;
}
