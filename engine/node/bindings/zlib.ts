/** `internalBinding('zlib')`. Stands for src/node_zlib.cc. */
import { NotImplementedError } from '../dump.ts';
import type { Binding, Callable, Environment } from '../environment.ts';
import { toBytes, viewBytes } from '../crypto/bytes.ts';
import { crc32 } from '../crypto/wasm-digest.ts';
import { BrotliDecoderCodec } from '../zlib/brotli-decoder.ts';
import { BrotliEncoderCodec, type BrotliOptions } from '../zlib/brotli-encoder.ts';
import type { Codec } from '../zlib/codec.ts';
import { CompressionStream } from '../zlib/compression-stream.ts';
import { ZlibCodec } from '../zlib/zlib-codec.ts';
import { ZstdCompressCodec, ZstdDecompressCodec, ZstdInitError, type ZstdOptions } from '../zlib/zstd-codec.ts';
import { type ZstdLibrary, zstdLibrary } from '../zlib/zstd-library.ts';

/** Indices of Brotli's parameters (BROTLI_PARAM_*), and the value that stands for one that is not given. */
const PARAM_MODE = 0;
const PARAM_QUALITY = 1;
const PARAM_LGWIN = 2;
const PARAM_DISABLE_LITERAL_CONTEXT_MODELING = 4;
const PARAM_SIZE_HINT = 5;
const NOT_GIVEN = 0xffffffff;

/** Values out of range are moved into it, as Brotli's encoder does; only a switch must be 0 or 1. */
function brotliOptions(environment: Environment, parameters: Uint32Array): BrotliOptions {
  const given = (index: number, fallback: number): number => {
    const value = parameters[index] ?? NOT_GIVEN;
    return value === NOT_GIVEN ? fallback : value;
  };
  if (given(PARAM_DISABLE_LITERAL_CONTEXT_MODELING, 0) > 1) {
    throw environment.codedError('Error', 'ERR_ZLIB_INITIALIZATION_FAILED', 'Initialization failed');
  }
  const known = new Set([PARAM_MODE, PARAM_QUALITY, PARAM_LGWIN, PARAM_SIZE_HINT]);
  // A value of 0 is what the others have anyway.
  const unknown = parameters.findIndex((value, index) => value !== NOT_GIVEN && value !== 0 && !known.has(index));
  if (unknown >= 0) throw new NotImplementedError(`zlib: Brotli encoder parameter ${unknown}`);
  return {
    mode: given(PARAM_MODE, 0),
    quality: Math.min(given(PARAM_QUALITY, 11), 11),
    lgwin: Math.min(Math.max(given(PARAM_LGWIN, 22), 10), 24),
  };
}

function refuseDictionary(dictionary: unknown): void {
  if (dictionary !== undefined) throw new NotImplementedError('zlib: Brotli dictionaries');
}

function pledgedSourceSize(environment: Environment, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'pledgedSrcSize must be a number');
  if (!Number.isSafeInteger(value)) throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'pledgedSrcSize must be a safe integer');
  if (value < 0) throw environment.codedError('RangeError', 'ERR_OUT_OF_RANGE', 'pledgedSrcSize must be non-negative');
  return value;
}

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

  class BrotliEncoder extends CompressionStream {
    constructor(_mode: number) {
      super(environment);
    }
    init(parameters: Uint32Array, state: Uint32Array, callback: Callable, dictionary: unknown): void {
      refuseDictionary(dictionary);
      const codec = new BrotliEncoderCodec(() => environment.host.asset('brotli-encoder.wasm'), brotliOptions(environment, parameters));
      this.open(codec, state, callback);
    }
  }

  class BrotliDecoder extends CompressionStream {
    constructor(_mode: number) {
      super(environment);
    }
    init(_parameters: Uint32Array, state: Uint32Array, callback: Callable, dictionary: unknown): void {
      refuseDictionary(dictionary);
      this.open(new BrotliDecoderCodec(() => environment.host.asset('brotli-decoder.wasm')), state, callback);
    }
  }

  abstract class ZstdStream extends CompressionStream {
    constructor() {
      super(environment);
    }

    protected abstract codec(library: ZstdLibrary, options: ZstdOptions, size: number | undefined): Codec;

    init(
      parameters: Uint32Array,
      pledgedSize: unknown,
      state: Uint32Array,
      callback: Callable,
      dictionary: ArrayBufferView | undefined,
    ): void {
      const size = pledgedSourceSize(environment, pledgedSize);
      const bytes = dictionary === undefined ? undefined : viewBytes(dictionary);
      const library = zstdLibrary(() => environment.host.asset('zstd.wasm'));
      try {
        this.open(this.codec(library, { parameters, dictionary: bytes }, size), state, callback);
      } catch (error) {
        if (!(error instanceof ZstdInitError)) throw error;
        throw environment.codedError('Error', 'ERR_ZLIB_INITIALIZATION_FAILED', error.message);
      }
    }
  }

  class ZstdCompress extends ZstdStream {
    protected codec(library: ZstdLibrary, options: ZstdOptions, size: number | undefined): Codec {
      return new ZstdCompressCodec(library, options, size);
    }
  }

  class ZstdDecompress extends ZstdStream {
    protected codec(library: ZstdLibrary, options: ZstdOptions): Codec {
      return new ZstdDecompressCodec(library, options);
    }
  }

  return {
    Zlib,
    BrotliEncoder,
    BrotliDecoder,
    ZstdCompress,
    ZstdDecompress,
    crc32: (data: string | ArrayBufferView, value: number) => crc32(toBytes(environment, data), value),
  };
}
