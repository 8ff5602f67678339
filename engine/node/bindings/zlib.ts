/** `internalBinding('zlib')`. Stands for src/node_zlib.cc. */
import type { Binding, Callable, Environment } from '../environment.ts';
import { toBytes, viewBytes } from '../crypto/bytes.ts';
import { crc32 } from '../crypto/wasm-digest.ts';
import { CompressionStream } from '../zlib/compression-stream.ts';
import { ZlibCodec } from '../zlib/zlib-codec.ts';

export function create(environment: Environment): Binding {
  class Zlib extends CompressionStream {
    readonly #mode: number;

    /** @param mode one of node_zlib_mode (DEFLATE …) */
    constructor(mode: number) {
      super(environment);
      this.#mode = mode;
    }

    init(
      windowBits: number,
      level: number,
      memLevel: number,
      strategy: number,
      state: Uint32Array,
      callback: Callable,
      dictionary: ArrayBufferView | undefined,
      rejectGarbageAfterEnd: boolean,
    ): void {
      const bytes = dictionary === undefined ? undefined : viewBytes(dictionary);
      const options = { mode: this.#mode, windowBits, level, memLevel, strategy, dictionary: bytes, rejectGarbageAfterEnd };
      this.open(new ZlibCodec(options), state, callback);
    }
  }

  return {
    Zlib,
    crc32: (data: string | ArrayBufferView, value: number) => crc32(toBytes(environment, data), value),
  };
}
