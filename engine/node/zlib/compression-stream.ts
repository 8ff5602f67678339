/** The handles behind zlib's classes. Stands for CompressionStream (src/node_zlib.cc). */
import { AsyncWrap } from '../async-wrap.ts';
import type { Callable, Environment } from '../environment.ts';
import type { Buffers, Codec, CodecError } from './codec.ts';

const EMPTY = new Uint8Array(0);

export abstract class CompressionStream extends AsyncWrap {
  #codec: Codec | undefined;
  /** Shared with JavaScript: [bytes of output left, bytes of input left]. */
  #state: Uint32Array = new Uint32Array(2);
  #callback: Callable | undefined;
  #writing = false;
  #closing = false;
  declare onerror: Callable | undefined;

  constructor(environment: Environment) {
    super(environment, 'ZLIB');
  }

  protected open(codec: Codec, state: Uint32Array, callback: Callable): void {
    this.#codec = codec;
    this.#state = state;
    this.#callback = callback;
  }

  /** Works later: `callback` is called on this handle, or `onerror`. */
  write(
    flush: number,
    input: Uint8Array | null,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void {
    const buffers = toBuffers(input, inputOffset, inputLength, output, outputOffset, outputLength);
    this.#writing = true;
    const { environment } = this;
    environment.loop.request().done(() => {
      const error = this.#step(buffers, flush);
      this.#writing = false;
      if (error === undefined) environment.makeCallback(this, this.#callback, []);
      else environment.makeCallback(this, this.onerror, [error.message, error.errno, error.code]);
      if (this.#closing) this.close();
    });
  }

  writeSync(
    flush: number,
    input: Uint8Array | null,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void {
    this.#report(this.#step(toBuffers(input, inputOffset, inputLength, output, outputOffset, outputLength), flush));
  }

  #step(buffers: Buffers, flush: number): CodecError | undefined {
    const error = this.#codec?.step(buffers, flush);
    if (error === undefined) {
      this.#state[0] = buffers.outputLeft;
      this.#state[1] = buffers.inputLeft;
    }
    return error;
  }

  #report(error: CodecError | undefined): void {
    if (error !== undefined) this.onerror?.(error.message, error.errno, error.code);
  }

  params(level: number, strategy: number): void {
    this.#report(this.#codec?.configure(level, strategy));
  }

  reset(): void {
    this.#report(this.#codec?.reset());
  }

  /** After the write that is under way. */
  close(): void {
    if (this.#writing) {
      this.#closing = true;
      return;
    }
    this.#closing = false;
    this.#codec?.close();
    this.#codec = undefined;
    this.emitDestroy();
  }
}

function toBuffers(
  input: Uint8Array | null,
  inputOffset: number,
  inputLength: number,
  output: Uint8Array,
  outputOffset: number,
  outputLength: number,
): Buffers {
  return {
    // Without input it is only a flush.
    input: input === null ? EMPTY : new Uint8Array(input.buffer, input.byteOffset, input.byteLength),
    inputOffset: input === null ? 0 : inputOffset,
    inputLeft: input === null ? 0 : inputLength,
    output,
    outputOffset,
    outputLeft: outputLength,
  };
}
