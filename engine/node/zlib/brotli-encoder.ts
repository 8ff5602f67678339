/**
 * Brotli encoding by Google's encoder as the brotli-ts package compiles it, whose output for one text is native's byte for byte. Stands for
 * BrotliEncoderContext (src/node_zlib.cc).
 *
 * The package only compresses whole texts, so input is kept until the stream ends. A stream that asks for a flush must not wait: from then on it is
 * written as meta-blocks that are not compressed (RFC 7932, section 9.2), which every decoder reads.
 */
import type { Buffers, Codec } from './codec.ts';

export interface BrotliOptions {
  readonly quality: number;
  /** Logarithm of the window's size, 10 to 24. */
  readonly lgwin: number;
  readonly mode: number;
}

const FLUSH = 1;
const FINISH = 2;

interface EncoderExports {
  readonly memory: WebAssembly.Memory;
  _initialize?(): void;
  malloc(size: number): number;
  free(address: number): void;
  /** Address of {status, address, length}, or 0. */
  compress_buffer(quality: number, lgwin: number, mode: number, length: number, address: number): number;
  free_buffer_result(address: number): void;
}

let encoder: EncoderExports | undefined;

function prepare(wasm: () => Uint8Array<ArrayBuffer>): EncoderExports {
  if (encoder !== undefined) return encoder;
  const imports = {
    env: { emscripten_notify_memory_growth: () => undefined },
    wasi_snapshot_preview1: {
      proc_exit(status: number): never {
        throw new Error(`The Brotli encoder ended with status ${status}.`);
      },
    },
  };
  encoder = new WebAssembly.Instance(new WebAssembly.Module(wasm()), imports).exports as unknown as EncoderExports;
  encoder._initialize?.();
  return encoder;
}

function compress(wasm: EncoderExports, parts: readonly Uint8Array[], options: BrotliOptions): Uint8Array {
  const length = parts.reduce((size, part) => size + part.length, 0);
  // An allocation of nothing may have no address.
  const address = wasm.malloc(Math.max(1, length));
  if (address === 0) throw new RangeError('The Brotli encoder is out of memory.');
  try {
    let offset = address;
    for (const part of parts) {
      new Uint8Array(wasm.memory.buffer).set(part, offset);
      offset += part.length;
    }
    const result = wasm.compress_buffer(options.quality, options.lgwin, options.mode, length, address);
    if (result === 0) throw new Error('The Brotli encoder failed.');
    try {
      const view = new DataView(wasm.memory.buffer);
      return new Uint8Array(wasm.memory.buffer, view.getUint32(result + 4, true), view.getUint32(result + 8, true)).slice();
    } finally {
      wasm.free_buffer_result(result);
    }
  } finally {
    wasm.free(address);
  }
}

/** Bits of RFC 7932's stream header for a window, lowest first: [value, count]. */
function windowBits(lgwin: number): readonly [value: number, count: number] {
  if (lgwin === 16) return [0, 1];
  if (lgwin === 17) return [1, 7];
  return lgwin > 17 ? [1 | ((lgwin - 17) << 1), 4] : [1 | ((lgwin - 8) << 4), 7];
}

/** The most that four nibbles of length say. */
const STORED_BLOCK = 0x10000;
/** ISLAST and ISLASTEMPTY. */
const LAST_EMPTY = 3;

export class BrotliEncoderCodec implements Codec {
  readonly #wasm: EncoderExports;
  readonly #options: BrotliOptions;
  #input: Uint8Array[] = [];
  #output: Uint8Array[] = [];
  #state: 'compress' | 'stored' | 'finished' = 'compress';

  constructor(wasm: () => Uint8Array<ArrayBuffer>, options: BrotliOptions) {
    this.#wasm = prepare(wasm);
    this.#options = options;
  }

  step(buffers: Buffers, operation: number): undefined {
    if (buffers.inputLeft > 0) {
      this.#input.push(
        Uint8Array.prototype.slice.call(buffers.input, buffers.inputOffset, buffers.inputOffset + buffers.inputLeft) as Uint8Array,
      );
      buffers.inputOffset += buffers.inputLeft;
      buffers.inputLeft = 0;
    }
    if (operation === FINISH && this.#state !== 'finished') this.#finish();
    else if (operation === FLUSH && this.#input.length > 0) this.#store();
    this.#drain(buffers);
    return undefined;
  }

  #finish(): void {
    if (this.#state === 'compress') {
      this.#output.push(compress(this.#wasm, this.#input, this.#options));
      this.#input = [];
    } else {
      this.#store();
      this.#output.push(Uint8Array.of(LAST_EMPTY));
    }
    this.#state = 'finished';
  }

  #store(): void {
    for (const part of this.#input) {
      for (let offset = 0; offset < part.length; offset += STORED_BLOCK) {
        const block = part.subarray(offset, offset + STORED_BLOCK);
        this.#output.push(this.#storedHeader(block.length), block);
      }
    }
    this.#input = [];
  }

  /** ISLAST 0, MNIBBLES 0 (four), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1, zeros to the byte's end; before the first block the stream's header. */
  #storedHeader(length: number): Uint8Array {
    const [start, count] = this.#state === 'compress' ? windowBits(this.#options.lgwin) : [0, 0];
    this.#state = 'stored';
    let bits = start + (length - 1) * 2 ** (count + 3) + 2 ** (count + 19);
    const bytes = new Uint8Array(Math.ceil((count + 20) / 8));
    for (let index = 0; index < bytes.length; index++, bits = Math.floor(bits / 256)) bytes[index] = bits % 256;
    return bytes;
  }

  #drain(buffers: Buffers): void {
    while (buffers.outputLeft > 0) {
      const part = this.#output[0];
      if (part === undefined) return;
      const piece = part.subarray(0, buffers.outputLeft);
      buffers.output.set(piece, buffers.outputOffset);
      buffers.outputOffset += piece.length;
      buffers.outputLeft -= piece.length;
      if (piece.length === part.length) this.#output.shift();
      else this.#output[0] = part.subarray(piece.length);
    }
  }

  reset(): undefined {
    this.#input = [];
    this.#output = [];
    this.#state = 'compress';
    return undefined;
  }

  configure(): undefined {
    return undefined;
  }

  close(): void {
    this.reset();
  }
}
