/**
 * `internalBinding('ipc_serdes')` (src/node_serdes.cc): messages of child processes with `serialization: 'advanced'`: four bytes of length, then V8's wire
 * format. Both ends are ours. Views are host objects: the number of their class, length and bytes.
 */
import { isBytes, viewBytes } from '../crypto/bytes.ts';
import type { CreateBinding } from '../environment.ts';
import { ValueReader } from '../serdes/value-reader.ts';
import { ValueWriter } from '../serdes/value-writer.ts';

const LENGTH_BYTES = 4;
const VIEWS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'DataView', 'Buffer', 'BigInt64Array', 'BigUint64Array', 'Float16Array']; // prettier-ignore
const BUFFER = VIEWS.indexOf('Buffer');

type ViewClass = (new (buffer: ArrayBuffer) => ArrayBufferView) & { readonly name: string };

export const create: CreateBinding = (environment) => ({
  serialize: (message: unknown, buffer: unknown): Uint8Array => {
    const writer = new ValueWriter({
      writeHostObject: (view) => {
        const kind = view.constructor === buffer ? BUFFER : VIEWS.indexOf(Object.prototype.toString.call(view).slice(8, -1));
        if (!isBytes(view) || kind < 0) throw new Error('Unserializable host object');
        const bytes = viewBytes(view);
        writer.out.varint(kind);
        writer.out.varint(bytes.length);
        writer.out.bytes(bytes);
      },
      sharedArrayBufferId: () => {
        throw new Error('#<SharedArrayBuffer> could not be cloned.');
      },
      cloneError: (text) => new Error(text),
    });
    writer.viewsAreHostObjects = true;
    writer.out.bytes(new Uint8Array(LENGTH_BYTES));
    writer.header();
    writer.write(message);
    const bytes = writer.out.release();
    new DataView(bytes.buffer).setUint32(0, bytes.length - LENGTH_BYTES);
    return environment.buffer(bytes);
  },
  deserialize: (bytes: Uint8Array): unknown => {
    const reader = new ValueReader(bytes, {
      sharedArrayBuffer: () => undefined,
      readHostObject: () => {
        const kind = reader.varint();
        const length = reader.varint();
        const at = reader.skip(length);
        const copy = Uint8Array.prototype.slice.call(bytes, at, at + length);
        if (kind === BUFFER) return environment.buffer(copy);
        const View = (globalThis as unknown as Record<string, ViewClass>)[VIEWS[kind] ?? ''];
        if (View === undefined) throw new Error('Unable to deserialize cloned data.');
        return new View(copy.buffer as ArrayBuffer);
      },
    });
    reader.header();
    return reader.read();
  },
});
