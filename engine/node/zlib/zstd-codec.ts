/** Zstandard in streams. Stands for ZstdCompressContext and ZstdDecompressContext (src/node_zlib.cc). */
import { NotImplementedError } from '../dump.ts';
import type { Buffers, Codec, CodecError } from './codec.ts';
import { Z_BUF_ERROR } from './constants.ts';
import { type ZstdLibrary, ZstdTransfer } from './zstd-library.ts';

export interface ZstdOptions {
  /** By index: values of ZSTD_cParameter or ZSTD_dParameter; NOT_GIVEN for those that are not. */
  readonly parameters: Uint32Array;
  readonly dictionary: Uint8Array | undefined;
}

/** Values are read as signed: this is also what -1 looks like. */
const NOT_GIVEN = 0xffffffff;
const END = 2;

/** What makes a stream impossible; the message is Node's. */
export class ZstdInitError extends Error {}

abstract class ZstdCodec implements Codec {
  protected readonly library: ZstdLibrary;
  protected readonly transfer: ZstdTransfer;
  protected context = 0;
  #open = true;

  constructor(library: ZstdLibrary) {
    this.library = library;
    this.transfer = new ZstdTransfer(library);
    library.open();
  }

  protected abstract create(): number;
  protected abstract release(context: number): void;
  protected abstract setParameter(key: number, value: number): number;
  protected abstract loadDictionary(address: number, size: number): number;
  abstract step(buffers: Buffers, directive: number): CodecError | undefined;

  /** Creates the context, again after `release`. */
  protected start(dictionary: Uint8Array | undefined): void {
    if (this.context !== 0) this.release(this.context);
    this.context = this.create();
    if (this.context === 0) throw new ZstdInitError('Could not initialize zstd instance');
    if (dictionary === undefined || dictionary.length === 0) return;
    const result = this.transfer.lend(dictionary, (address) => this.loadDictionary(address, dictionary.length));
    if (result === undefined || this.library.isError(result)) throw new ZstdInitError('Failed to load zstd dictionary');
  }

  protected setParameters(parameters: Uint32Array): void {
    for (const [key, value] of parameters.entries()) {
      if (value !== NOT_GIVEN && this.library.isError(this.setParameter(key, value | 0)))
        throw new ZstdInitError('Setting parameter failed');
    }
  }

  /** `start` and the rest of a subclass's beginning; what they took is given back when they throw. */
  protected begin(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** As in Node, parameters and the dictionary are gone from here on; the pledged size is not. */
  abstract reset(): undefined;

  configure(): undefined {
    return undefined;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.context !== 0) this.release(this.context);
    this.context = 0;
    this.transfer.free();
    this.library.close();
  }
}

/** ZSTD_CONTENTSIZE_UNKNOWN */
const SIZE_UNKNOWN = 2n ** 64n - 1n;

const C_WINDOW_LOG = 101;
const C_CHAIN_LOG = 103;
const C_NB_WORKERS = 400;
const D_WINDOW_LOG_MAX = 100;
/** The most of a library for 32-bit processors, one less than Node's. */
const WINDOW_LOG_MAX = 30;
const CHAIN_LOG_MAX = 29;

export class ZstdCompressCodec extends ZstdCodec {
  readonly #size: number | undefined;
  /** Bytes of the first frame, which the pledge is about; undefined behind it. */
  #consumed: number | undefined = 0;

  /** @param size of the whole input in bytes, where it was pledged */
  constructor(library: ZstdLibrary, options: ZstdOptions, size: number | undefined) {
    super(library);
    this.#size = size;
    this.begin(() => {
      this.#start(options.dictionary);
      this.setParameters(options.parameters);
    });
  }

  #start(dictionary: Uint8Array | undefined): void {
    this.start(dictionary);
    this.#consumed = 0;
    const size = this.#size === undefined ? SIZE_UNKNOWN : BigInt(this.#size);
    if (this.library.isError(this.library.exports.ZSTD_CCtx_setPledgedSrcSize(this.context, size)))
      throw new ZstdInitError('Could not set pledged src size');
  }

  protected create(): number {
    return this.library.exports.ZSTD_createCCtx();
  }

  protected release(context: number): void {
    this.library.exports.ZSTD_freeCCtx(context);
  }

  protected setParameter(key: number, value: number): number {
    if (key === C_WINDOW_LOG && value === WINDOW_LOG_MAX + 1) throw new NotImplementedError(`zlib: ZSTD_c_windowLog ${value}`);
    if (key === C_CHAIN_LOG && value === CHAIN_LOG_MAX + 1) throw new NotImplementedError(`zlib: ZSTD_c_chainLog ${value}`);
    // One worker cuts the input as many do, and does not keep room for all of them.
    return this.library.exports.ZSTD_CCtx_setParameter(this.context, key, key === C_NB_WORKERS ? Math.min(value, 1) : value);
  }

  protected loadDictionary(address: number, size: number): number {
    return this.library.exports.ZSTD_CCtx_loadDictionary(this.context, address, size);
  }

  step(buffers: Buffers, directive: number): CodecError | undefined {
    const { library } = this;
    const before = buffers.inputLeft;
    const step = this.transfer.step(buffers, (output, input) =>
      library.exports.ZSTD_compressStream2(this.context, output, input, directive),
    );
    if (!('result' in step)) return step;
    if (library.isError(step.result)) return library.error(step.result);
    if (this.#consumed === undefined) return undefined;
    this.#consumed += before - buffers.inputLeft;
    if (directive !== END || step.result !== 0) return undefined;
    const consumed = this.#consumed;
    this.#consumed = undefined;
    // The library forgets a pledged size when all input comes with the end at once; Node does not.
    return this.#size === undefined || this.#size === consumed ? undefined : library.wrongSize();
  }

  reset(): undefined {
    this.#start(undefined);
    return undefined;
  }
}

export class ZstdDecompressCodec extends ZstdCodec {
  /** Whether all input up to here made whole frames. */
  #complete = false;

  constructor(library: ZstdLibrary, options: ZstdOptions) {
    super(library);
    this.begin(() => {
      this.start(options.dictionary);
      this.setParameters(options.parameters);
    });
  }

  protected create(): number {
    return this.library.exports.ZSTD_createDCtx();
  }

  protected release(context: number): void {
    this.library.exports.ZSTD_freeDCtx(context);
  }

  protected setParameter(key: number, value: number): number {
    const known = key === D_WINDOW_LOG_MAX && value === WINDOW_LOG_MAX + 1 ? WINDOW_LOG_MAX : value;
    return this.library.exports.ZSTD_DCtx_setParameter(this.context, key, known);
  }

  protected loadDictionary(address: number, size: number): number {
    return this.library.exports.ZSTD_DCtx_loadDictionary(this.context, address, size);
  }

  step(buffers: Buffers, directive: number): CodecError | undefined {
    const { library } = this;
    const before = buffers.inputLeft;
    const step = this.transfer.step(buffers, (output, input) => library.exports.ZSTD_decompressStream(this.context, output, input));
    if (!('result' in step)) return step;
    if (library.isError(step.result)) return library.error(step.result);
    if (step.result === 0) this.#complete = true;
    else if (buffers.inputLeft < before) this.#complete = false;
    const ended = directive === END && buffers.inputLeft === 0 && buffers.outputLeft > 0;
    return ended && !this.#complete ? { message: 'unexpected end of file', code: 'Z_BUF_ERROR', errno: Z_BUF_ERROR } : undefined;
  }

  reset(): undefined {
    this.start(undefined);
    this.#complete = false;
    return undefined;
  }
}
