import type { StoreFile } from './store-file.ts';

/** Two files in memory that write down every change, so that any moment can be brought back. */
export class MemoryStore {
  readonly log: { file: 0 | 1; at: number; bytes: Uint8Array | null }[] = [];
  readonly contents: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  readonly files: readonly [StoreFile, StoreFile] = [this.#file(0), this.#file(1)];
  capacity = Infinity;

  #file(which: 0 | 1): StoreFile {
    const { contents, log } = this;
    return {
      getSize: () => contents[which].length,
      flush: () => {},
      close: () => {},
      read: (buffer, { at }) => {
        const part = contents[which].subarray(at, at + buffer.length);
        buffer.set(part);
        return part.length;
      },
      write: (buffer, { at }) => {
        if (at + buffer.length > this.capacity) throw Object.assign(new Error('no more'), { name: 'QuotaExceededError' });
        log.push({ file: which, at, bytes: buffer.slice() });
        apply(contents, which, at, buffer);
        return buffer.length;
      },
      truncate: (to) => {
        log.push({ file: which, at: to, bytes: null });
        apply(contents, which, to, null);
      },
    };
  }

  /** Steps in which bytes arrive. */
  total(): number {
    return this.log.reduce((sum, { bytes: written }) => sum + (written?.length ?? 1), 0);
  }

  /** A store as it was after `steps`. */
  at(steps: number): MemoryStore {
    const store = new MemoryStore();
    for (const { file, at, bytes: written } of this.log) {
      if (steps <= 0) break;
      apply(store.contents, file, at, written === null ? null : written.subarray(0, steps));
      steps -= written?.length ?? 1;
    }
    return store;
  }
}

function apply(contents: [Uint8Array, Uint8Array], which: 0 | 1, at: number, written: Uint8Array | null): void {
  const old = contents[which];
  const length = written === null ? at : Math.max(old.length, at + written.length);
  const next = length === old.length ? old : new Uint8Array(length);
  if (next !== old) next.set(old.subarray(0, length));
  if (written !== null) next.set(written, at);
  contents[which] = next;
}
