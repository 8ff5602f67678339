/** A WebAssembly program's linear memory as WASI calls see it: every access is checked against its size of the moment (uvwasi's src/wasi_serdes.c). */
import { EOVERFLOW, fail } from './errno.ts';

export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  #view: DataView;
  #bytes: Uint8Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** A memory that has grown has another buffer. */
  #refresh(): void {
    const { buffer } = this.#memory;
    if (buffer === this.#view.buffer) return;
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  get view(): DataView {
    this.#refresh();
    return this.#view;
  }

  /** @throws WasiError EOVERFLOW, for nothing at the very end too, as uvwasi */
  require(at: number, size: number): void {
    this.#refresh();
    const end = this.#bytes.length;
    if (at >= end || size > end - at) fail(EOVERFLOW);
  }

  /** Live bytes (shared if the memory is). @throws WasiError */
  bytes(at: number, size: number): Uint8Array {
    this.require(at, size);
    return this.#bytes.subarray(at, at + size);
  }

  /** Buffers of an array of `count` pairs address, size. @throws WasiError */
  vectors(at: number, count: number): Uint8Array[] {
    this.require(at, count * 8);
    const { view } = this;
    return Array.from({ length: count }, (_, i) => this.bytes(view.getUint32(at + i * 8, true), view.getUint32(at + i * 8 + 4, true)));
  }

  setUint32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  setUint64(at: number, value: bigint): void {
    this.view.setBigUint64(at, value, true);
  }
}
