/** Zstandard's C library as WebAssembly (generated/zstd.wasm, made by scripts/engine/zstd). Memory is the module's own; addresses are offsets in it. */
import type { Buffers, CodecError } from './codec.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  /** 0 when there is no memory. */
  malloc(size: number): number;
  free(address: number): void;
  ZSTD_isError(result: number): number;
  ZSTD_getErrorCode(result: number): number;
  /** Address of a text that ends with a zero. */
  ZSTD_getErrorString(code: number): number;
  ZSTD_createCCtx(): number;
  ZSTD_freeCCtx(context: number): number;
  ZSTD_CCtx_setParameter(context: number, key: number, value: number): number;
  ZSTD_CCtx_setPledgedSrcSize(context: number, size: bigint): number;
  ZSTD_CCtx_loadDictionary(context: number, address: number, size: number): number;
  ZSTD_compressStream2(context: number, output: number, input: number, directive: number): number;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_DCtx_setParameter(context: number, key: number, value: number): number;
  ZSTD_DCtx_loadDictionary(context: number, address: number, size: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** ZSTD_ErrorCode (zstd_errors.h); `error.code` is the name behind "ZSTD_error_". */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  0: 'no_error',
  1: 'GENERIC',
  10: 'prefix_unknown',
  12: 'version_unsupported',
  14: 'frameParameter_unsupported',
  16: 'frameParameter_windowTooLarge',
  20: 'corruption_detected',
  22: 'checksum_wrong',
  24: 'literals_headerWrong',
  30: 'dictionary_corrupted',
  32: 'dictionary_wrong',
  34: 'dictionaryCreation_failed',
  40: 'parameter_unsupported',
  41: 'parameter_combination_unsupported',
  42: 'parameter_outOfBound',
  44: 'tableLog_tooLarge',
  46: 'maxSymbolValue_tooLarge',
  48: 'maxSymbolValue_tooSmall',
  50: 'stabilityCondition_notRespected',
  60: 'stage_wrong',
  62: 'init_missing',
  64: 'memory_allocation',
  66: 'workSpace_tooSmall',
  70: 'dstSize_tooSmall',
  72: 'srcSize_wrong',
  74: 'dstBuffer_null',
  80: 'noForwardProgress_destFull',
  82: 'noForwardProgress_inputEmpty',
};
const MEMORY_ALLOCATION = 64;
const SOURCE_SIZE_WRONG = 72;

/** An instance whose memory has grown beyond this is not used again once its last stream is closed: WebAssembly memory never shrinks. */
const KEPT_MEMORY = 64 * 2 ** 20;

export class ZstdLibrary {
  readonly exports: Exports;
  #streams = 0;

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.exports._initialize();
  }

  open(): void {
    this.#streams++;
  }

  close(): void {
    this.#streams--;
    if (this.#streams === 0 && this.exports.memory.buffer.byteLength > KEPT_MEMORY && shared === this) shared = undefined;
  }

  isError(result: number): boolean {
    return this.exports.ZSTD_isError(result) !== 0;
  }

  error(result: number): CodecError {
    return this.#errorOf(this.exports.ZSTD_getErrorCode(result));
  }

  outOfMemory(): CodecError {
    return this.#errorOf(MEMORY_ALLOCATION);
  }

  wrongSize(): CodecError {
    return this.#errorOf(SOURCE_SIZE_WRONG);
  }

  #errorOf(errno: number): CodecError {
    const bytes = new Uint8Array(this.exports.memory.buffer, this.exports.ZSTD_getErrorString(errno));
    const message = String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
    return { message, code: `ZSTD_error_${ERROR_NAMES[errno] ?? 'GENERIC'}`, errno };
  }
}

let module: WebAssembly.Module | undefined;
let shared: ZstdLibrary | undefined;

/** @param wasm gives the WebAssembly file; asked for once */
export function zstdLibrary(wasm: () => Uint8Array<ArrayBuffer>): ZstdLibrary {
  module ??= new WebAssembly.Module(wasm());
  shared ??= new ZstdLibrary(module);
  return shared;
}

/** ZSTD_inBuffer and ZSTD_outBuffer: {address, size, position}. */
const BUFFER_BYTES = 12;
const POSITION = 2;

/** A piece of the library's memory that grows as needed. */
class Area {
  address = 0;
  #size = 0;
  readonly #exports: Exports;

  constructor(exports: Exports) {
    this.#exports = exports;
  }

  /** Contents are lost. False when there is no memory. */
  reserve(size: number): boolean {
    if (size <= this.#size) return true;
    this.free();
    this.address = this.#exports.malloc(size);
    if (this.address !== 0) this.#size = size;
    return this.address !== 0;
  }

  free(): void {
    if (this.address !== 0) this.#exports.free(this.address);
    this.address = 0;
    this.#size = 0;
  }
}

/** Carries the input and output of one stream's steps into the library's memory and out of it. */
export class ZstdTransfer {
  readonly #library: ZstdLibrary;
  readonly #descriptors: Area;
  readonly #input: Area;
  readonly #output: Area;
  /** The input that is in memory already: what is left of it comes again with the next output buffer. */
  #held: { readonly buffer: ArrayBufferLike; readonly end: number; readonly size: number } | undefined;

  constructor(library: ZstdLibrary) {
    this.#library = library;
    this.#descriptors = new Area(library.exports);
    this.#input = new Area(library.exports);
    this.#output = new Area(library.exports);
  }

  /** Calls `work` with the addresses of a ZSTD_outBuffer and a ZSTD_inBuffer, then moves the offsets. The result is that of `work`. */
  step(buffers: Buffers, work: (output: number, input: number) => number): { readonly result: number } | CodecError {
    const { exports } = this.#library;
    const { input, output } = buffers;
    const end = input.byteOffset + buffers.inputOffset + buffers.inputLeft;
    const held =
      this.#held?.buffer === input.buffer && this.#held.end === end && this.#held.size >= buffers.inputLeft ? this.#held : undefined;
    this.#held = undefined;
    const ready =
      this.#descriptors.reserve(2 * BUFFER_BYTES) &&
      this.#output.reserve(Math.max(1, buffers.outputLeft)) &&
      (held !== undefined || this.#input.reserve(Math.max(1, buffers.inputLeft)));
    if (!ready) return this.#library.outOfMemory();
    const size = held?.size ?? buffers.inputLeft;
    if (held === undefined) {
      const bytes = input.subarray(buffers.inputOffset, buffers.inputOffset + buffers.inputLeft);
      new Uint8Array(exports.memory.buffer).set(bytes, this.#input.address);
    }
    const start = this.#input.address + size - buffers.inputLeft;
    const outputDescriptor = this.#descriptors.address;
    const inputDescriptor = outputDescriptor + BUFFER_BYTES;
    new Uint32Array(exports.memory.buffer, outputDescriptor).set([
      this.#output.address,
      buffers.outputLeft,
      0,
      start,
      buffers.inputLeft,
      0,
    ]);

    const result = work(outputDescriptor, inputDescriptor);

    const written = new Uint32Array(exports.memory.buffer, outputDescriptor)[POSITION] ?? 0;
    const consumed = new Uint32Array(exports.memory.buffer, inputDescriptor)[POSITION] ?? 0;
    output.set(new Uint8Array(exports.memory.buffer, this.#output.address, written), buffers.outputOffset);
    buffers.outputOffset += written;
    buffers.outputLeft -= written;
    buffers.inputOffset += consumed;
    buffers.inputLeft -= consumed;
    if (buffers.inputLeft > 0) this.#held = { buffer: input.buffer, end, size };
    return { result };
  }

  /** Calls `work` with the address of a copy of `bytes`, which is gone afterwards. */
  lend(bytes: Uint8Array, work: (address: number) => number): number | undefined {
    this.#held = undefined;
    if (!this.#input.reserve(Math.max(1, bytes.length))) return undefined;
    new Uint8Array(this.#library.exports.memory.buffer).set(bytes, this.#input.address);
    return work(this.#input.address);
  }

  free(): void {
    this.#held = undefined;
    for (const area of [this.#descriptors, this.#input, this.#output]) area.free();
  }
}
