/** `internalBinding('blob')`. Stands for src/node_blob.cc and the in-memory part of src/dataqueue. */
import { isBytes, viewBytes } from '../crypto/bytes.ts';
import type { Binding, Environment } from '../environment.ts';

const END = 0;
const MORE = 1;
const EINVAL = -22;
const STAT_FIELDS = 18;
const SIZE = 8;
/** Seconds; nanoseconds follow. */
const MODIFIED = 12;

type Pull = (status: number, buffer?: ArrayBuffer) => void;

/** A part of a blob, which nobody changes. */
interface Part {
  readonly bytes: Uint8Array;
  /** Of a file's: whether the file is still what it was when it was opened. */
  readonly isIntact?: () => boolean;
}

class BlobHandle {
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  static parts(handle: BlobHandle): readonly Part[] {
    return handle.#parts;
  }

  getReader(): BlobReader {
    return new BlobReader(this.#parts);
  }

  /** Bytes from `start` up to `end`, sharing memory. */
  slice(start: number, end: number): BlobHandle {
    const parts: Part[] = [];
    let offset = 0;
    for (const part of this.#parts) {
      const bytes = part.bytes.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
      if (bytes.length > 0) parts.push({ ...part, bytes });
      offset += part.bytes.length;
    }
    return new BlobHandle(parts);
  }
}
Object.defineProperty(BlobHandle, 'name', { value: 'Blob' });
const { parts: partsOf } = BlobHandle;
Reflect.deleteProperty(BlobHandle, 'parts');

/** Bytes of a blob's handle on its way to another thread, undefined for other objects. */
export function blobBytes(value: object): readonly Uint8Array[] | undefined {
  return value instanceof BlobHandle ? partsOf(value).map(({ bytes }) => bytes) : undefined;
}

export function blobOf(parts: readonly Uint8Array[]): object {
  return new BlobHandle(parts.map((bytes) => ({ bytes })));
}

class BlobReader {
  readonly #parts: readonly Part[];
  #next = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Calls back at once: a part, the end, or that a file has changed. */
  pull(callback: Pull): void {
    const part = this.#parts[this.#next];
    if (part === undefined) {
      callback(END);
      return;
    }
    if (part.isIntact?.() === false) {
      callback(EINVAL);
      return;
    }
    this.#next++;
    callback(MORE, part.bytes.slice().buffer as ArrayBuffer);
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
        sources.flatMap((source): readonly Part[] =>
          source instanceof BlobHandle ? partsOf(source) : source.byteLength === 0 ? [] : [{ bytes: source }],
        ),
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
    /** The file's bytes as they are now; reading them fails when the file has changed. */
    createBlobFromFilePath(path: string): [BlobHandle, number] {
      const { system } = environment;
      const absolute = system.resolve(path);
      const bytes = system.files.readFile(absolute);
      if (typeof bytes === 'number') throw environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'Unable to open file as blob');
      const state = (): string => {
        const stat = new Float64Array(STAT_FIELDS);
        return system.files.stat(absolute, stat) < 0 ? '' : [stat[SIZE], stat[MODIFIED], stat[MODIFIED + 1]].join();
      };
      const opened = state();
      return [new BlobHandle(bytes.length === 0 ? [] : [{ bytes, isIntact: () => state() === opened }]), bytes.length];
    },
  };
}
