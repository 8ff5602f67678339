/** `internalBinding('blob')`. Stands for src/node_blob.cc and the in-memory part of src/dataqueue. */
import { isBytes, viewBytes } from '../crypto/bytes.ts';
import type { Binding, Environment } from '../environment.ts';

const END = 0;
const MORE = 1;

type Pull = (status: number, buffer?: ArrayBuffer) => void;

/** Bytes of a blob: parts that nobody changes. */
class BlobHandle {
  readonly #parts: readonly Uint8Array[];

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
  }

  static parts(handle: BlobHandle): readonly Uint8Array[] {
    return handle.#parts;
  }

  getReader(): BlobReader {
    return new BlobReader(this.#parts);
  }

  /** Bytes from `start` up to `end`, sharing memory. */
  slice(start: number, end: number): BlobHandle {
    const parts: Uint8Array[] = [];
    let offset = 0;
    for (const part of this.#parts) {
      const piece = part.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
      if (piece.length > 0) parts.push(piece);
      offset += part.length;
    }
    return new BlobHandle(parts);
  }
}
Object.defineProperty(BlobHandle, 'name', { value: 'Blob' });
const { parts: partsOf } = BlobHandle;
Reflect.deleteProperty(BlobHandle, 'parts');

/** Bytes of a blob's handle on its way to another thread, undefined for other objects. */
export function blobBytes(value: object): readonly Uint8Array[] | undefined {
  return value instanceof BlobHandle ? partsOf(value) : undefined;
}

export function blobOf(parts: readonly Uint8Array[]): object {
  return new BlobHandle(parts);
}

class BlobReader {
  readonly #parts: readonly Uint8Array[];
  #next = 0;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
  }

  /** Calls back at once: a part, or the end. */
  pull(callback: Pull): void {
    const part = this.#parts[this.#next];
    if (part === undefined) {
      callback(END);
      return;
    }
    this.#next++;
    callback(MORE, part.slice().buffer as ArrayBuffer);
  }

  /** Memory never makes anyone wait, so there is nothing to wake. */
  setWakeup(): void {}
}
Object.defineProperty(BlobReader, 'name', { value: 'BlobReader' });

interface StoredObject {
  readonly handle: BlobHandle;
  readonly size: number;
  readonly type: string;
}

const URL_PREFIX = 'blob:nodedata:';

export function create(environment: Environment): Binding {
  /** Blobs that have a URL, by its id. */
  const store = new Map<string, StoredObject>();

  return {
    createBlob(sources: readonly (BlobHandle | Uint8Array)[]) {
      return new BlobHandle(
        sources.flatMap((source) => (source instanceof BlobHandle ? partsOf(source) : source.byteLength === 0 ? [] : [source])),
      );
    },
    concat(list: readonly unknown[]): ArrayBuffer {
      const views = list.filter(isBytes).map((item) => viewBytes(item));
      const all = new Uint8Array(views.reduce((size, view) => size + view.length, 0));
      let offset = 0;
      for (const view of views) {
        all.set(view, offset);
        offset += view.length;
      }
      return all.buffer;
    },
    storeDataObject(id: string, handle: BlobHandle, size: number, type: string): void {
      store.set(id, { handle, size, type });
    },
    getDataObject(id: string): unknown[] | undefined {
      const found = store.get(id);
      return found === undefined ? undefined : [found.handle, found.size, found.type];
    },
    revokeObjectURL(url: string): void {
      if (url.startsWith(URL_PREFIX)) store.delete(url.slice(URL_PREFIX.length));
    },
    /** The file's bytes as they are now; native reads them later and fails when the file has changed. */
    createBlobFromFilePath(path: string): [BlobHandle, number] {
      const bytes = environment.system.files.readFile(environment.system.resolve(path));
      if (typeof bytes === 'number') throw environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'Unable to open file as blob');
      return [new BlobHandle(bytes.length === 0 ? [] : [bytes]), bytes.length];
    },
  };
}
