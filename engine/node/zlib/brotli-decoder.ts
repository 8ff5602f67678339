/** Brotli decoding in a stream, by the brotli-dec-wasm package. Stands for BrotliDecoderContext (src/node_zlib.cc). */
import { BrotliDecStream, BrotliDecStreamErrCode, BrotliStreamResultCode, initSync } from 'brotli-dec-wasm/web';
import type { Buffers, Codec, CodecError } from './codec.ts';
import { Z_BUF_ERROR } from './constants.ts';

const FINISH = 2;

let ready = false;

/** @param wasm gives the package's WebAssembly file; asked for once */
function prepare(wasm: () => Uint8Array<ArrayBuffer>): void {
  if (ready) return;
  initSync({ module: new WebAssembly.Module(wasm()) });
  ready = true;
}

export class BrotliDecoderCodec implements Codec {
  #stream: BrotliDecStream;
  #ended = false;
  /** The first bytes of the stream. */
  #head = new Uint8Array(0);

  constructor(wasm: () => Uint8Array<ArrayBuffer>) {
    prepare(wasm);
    this.#stream = new BrotliDecStream();
  }

  step(buffers: Buffers, flush: number): CodecError | undefined {
    // What follows the end of the stream is left for the caller.
    if (this.#ended) return undefined;
    for (;;) {
      const { inputOffset, inputLeft, outputOffset, outputLeft } = buffers;
      if (this.#head.length < HEAD) this.#keepHead(buffers.input.subarray(inputOffset, inputOffset + inputLeft));
      let result;
      try {
        result = this.#stream.dec(buffers.input.subarray(inputOffset, inputOffset + inputLeft), outputLeft);
      } catch (error) {
        return decodingError(error, this.#head);
      }
      const { code, buf, input_offset: taken } = result;
      result.free();
      buffers.output.set(buf, outputOffset);
      buffers.inputOffset += taken;
      buffers.inputLeft -= taken;
      buffers.outputOffset += buf.length;
      buffers.outputLeft -= buf.length;
      if (code === BrotliStreamResultCode.ResultSuccess) {
        this.#ended = true;
        return undefined;
      }
      if (code === BrotliStreamResultCode.NeedsMoreOutput || buffers.outputLeft === 0) return undefined;
      if (buffers.inputLeft > 0 && taken > 0) continue;
      return flush === FINISH ? { message: 'unexpected end of file', code: 'Z_BUF_ERROR', errno: Z_BUF_ERROR } : undefined;
    }
  }

  #keepHead(input: Uint8Array): void {
    this.#head = Uint8Array.of(...this.#head, ...input.subarray(0, HEAD - this.#head.length));
  }

  reset(): undefined {
    this.#head = new Uint8Array(0);
    this.#stream.free();
    this.#stream = new BrotliDecStream();
    this.#ended = false;
    return undefined;
  }

  configure(): undefined {
    return undefined;
  }

  close(): void {
    this.#stream.free();
  }
}

/** Bytes that the headers of a stream and its first block take at most. */
const HEAD = 6;
const PADDING_2 = 15;

/**
 * The package puts the number of Brotli's error into the message. Its decoder (Rust) and Google's tell apart which check found a wrong
 * length or wrong padding (BLOCK_LENGTH_1 or 2, PADDING_1 or 2) differently: where the first block is to blame, its header says which it was.
 */
function decodingError(error: unknown, head: Uint8Array): CodecError {
  const found = error instanceof Error ? /Error code -(\d+)/.exec(error.message)?.[1] : undefined;
  if (found === undefined) throw error;
  const number = Number(found) === PADDING_2 && isPaddedWrongly(head) ? PADDING_2 - 1 : Number(found);
  const name = BrotliDecStreamErrCode[number] ?? 'BROTLI_DECODER_ERROR_UNREACHABLE';
  return { message: 'Decompression failed', code: `ERR_${name.replace('BROTLI_DECODER', '')}`, errno: -number };
}

/** Whether bits are set between the header of a first block that is stored or metadata and its bytes (RFC 7932, 9.1 and 9.2). */
function isPaddedWrongly(head: Uint8Array): boolean {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value += (((head[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** i;
    return value;
  };
  // The window's size takes one bit, four or seven.
  if (bits(1) === 1 && bits(3) === 0) bits(3);
  if (bits(1) === 1) return false;
  const nibbles = bits(2);
  if (nibbles === 3) {
    bits(1);
    bits(bits(2) * 8);
  } else {
    bits((4 + nibbles) * 4);
    if (bits(1) === 0) return false;
  }
  return bits((8 - (at & 7)) & 7) !== 0;
}
