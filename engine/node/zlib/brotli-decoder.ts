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

  constructor(wasm: () => Uint8Array<ArrayBuffer>) {
    prepare(wasm);
    this.#stream = new BrotliDecStream();
  }

  step(buffers: Buffers, flush: number): CodecError | undefined {
    // What follows the end of the stream is left for the caller.
    if (this.#ended) return undefined;
    for (;;) {
      const { inputOffset, inputLeft, outputOffset, outputLeft } = buffers;
      let result;
      try {
        result = this.#stream.dec(buffers.input.subarray(inputOffset, inputOffset + inputLeft), outputLeft);
      } catch (error) {
        return decodingError(error);
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

  reset(): undefined {
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

/**
 * The package puts the number of Brotli's error into the message. Its decoder (Rust) and Google's tell apart which check found a wrong
 * length or wrong padding (BLOCK_LENGTH_1 or 2, PADDING_1 or 2) differently.
 */
function decodingError(error: unknown): CodecError {
  const number = error instanceof Error ? /Error code -(\d+)/.exec(error.message)?.[1] : undefined;
  if (number === undefined) throw error;
  const name = BrotliDecStreamErrCode[Number(number)] ?? 'BROTLI_DECODER_ERROR_UNREACHABLE';
  return { message: 'Decompression failed', code: `ERR_${name.replace('BROTLI_DECODER', '')}`, errno: -Number(number) };
}
