/** zlib's formats over pako's port of it, whose output is that of Node's zlib byte for byte. Stands for ZlibContext (src/node_zlib.cc). */
import {
  ZStream,
  type Z_FlushMode,
  type Z_Strategy,
  zlibDeflate,
  zlibDeflateEnd,
  zlibDeflateInit2,
  zlibDeflateReset,
  zlibDeflateSetDictionary,
  zlibInflate,
  zlibInflateEnd,
  zlibInflateInit2,
  zlibInflateReset,
  zlibInflateSetDictionary,
} from 'pako';
import type { Buffers, Codec, CodecError } from './codec.ts';
import * as z from './constants.ts';
import { deflateParams } from './deflate-params.ts';

export interface ZlibOptions {
  readonly mode: number;
  readonly windowBits: number;
  readonly level: number;
  readonly memLevel: number;
  readonly strategy: number;
  readonly dictionary: Uint8Array | undefined;
  readonly rejectGarbageAfterEnd: boolean;
}

const DEFLATED = 8;
const GZIP_ID1 = 0x1f;
const GZIP_ID2 = 0x8b;

export class ZlibCodec implements Codec {
  readonly #stream = new ZStream();
  readonly #options: ZlibOptions;
  /** What UNZIP turns out to be. */
  #mode: number;
  #result = z.Z_OK;
  #initialised = false;
  #dictionary: Uint8Array | undefined;
  #headerBytes = 0;

  constructor(options: ZlibOptions) {
    this.#options = options;
    this.#mode = options.mode;
    this.#dictionary = options.dictionary?.slice();
  }

  get #deflating(): boolean {
    return this.#mode === z.DEFLATE || this.#mode === z.GZIP || this.#mode === z.DEFLATERAW;
  }

  /** zlib's way of telling formats apart. */
  #windowBits(): number {
    const { mode, windowBits } = this.#options;
    if (mode === z.GZIP || mode === z.GUNZIP) return windowBits + 16;
    if (mode === z.UNZIP) return windowBits + 32;
    return mode === z.DEFLATERAW || mode === z.INFLATERAW ? -windowBits : windowBits;
  }

  #initialise(): CodecError | undefined {
    if (this.#initialised) return undefined;
    const { level, memLevel, strategy } = this.#options;
    this.#result = this.#deflating
      ? zlibDeflateInit2(this.#stream, level, DEFLATED, this.#windowBits(), memLevel, strategy as Z_Strategy)
      : zlibInflateInit2(this.#stream, this.#windowBits());
    if (this.#result !== z.Z_OK) {
      this.#mode = z.NONE;
      return this.#error('Init error');
    }
    this.#initialised = true;
    return this.#setDictionary();
  }

  #setDictionary(): CodecError | undefined {
    if (this.#dictionary === undefined) return undefined;
    if (this.#mode === z.DEFLATE || this.#mode === z.DEFLATERAW) this.#result = zlibDeflateSetDictionary(this.#stream, this.#dictionary);
    else if (this.#mode === z.INFLATERAW) this.#result = zlibInflateSetDictionary(this.#stream, this.#dictionary);
    return this.#result === z.Z_OK ? undefined : this.#error('Failed to set dictionary');
  }

  step(buffers: Buffers, flushNumber: number): CodecError | undefined {
    const failed = this.#initialise();
    if (failed !== undefined) return failed;
    const flush = flushNumber as Z_FlushMode;
    const stream = this.#stream;
    stream.input = buffers.input;
    stream.next_in = buffers.inputOffset;
    stream.avail_in = buffers.inputLeft;
    stream.output = buffers.output as Uint8Array<ArrayBuffer>;
    stream.next_out = buffers.outputOffset;
    stream.avail_out = buffers.outputLeft;
    if (this.#deflating) this.#result = zlibDeflate(stream, flush);
    else this.#inflate(flush);
    buffers.inputOffset = stream.next_in;
    buffers.inputLeft = stream.avail_in;
    buffers.outputOffset = stream.next_out;
    buffers.outputLeft = stream.avail_out;
    return this.#check(flush);
  }

  #inflate(flush: Z_FlushMode): void {
    const stream = this.#stream;
    if (this.#mode === z.UNZIP) this.#sniff();
    this.#result = zlibInflate(stream, flush);
    if (this.#mode !== z.INFLATERAW && this.#result === z.Z_NEED_DICT && this.#dictionary !== undefined) {
      this.#result = zlibInflateSetDictionary(stream, this.#dictionary);
      if (this.#result === z.Z_OK) this.#result = zlibInflate(stream, flush);
      // So that `check` can tell a bad dictionary from bad input.
      else if (this.#result === z.Z_DATA_ERROR) this.#result = z.Z_NEED_DICT;
    }
    // What follows may be another member of the archive, or garbage; zeros are padding. When garbage is refused, so are further members.
    while (
      !this.#options.rejectGarbageAfterEnd &&
      stream.avail_in > 0 &&
      this.#mode === z.GUNZIP &&
      this.#result === z.Z_STREAM_END &&
      stream.input[stream.next_in] !== 0
    ) {
      this.reset();
      this.#result = zlibInflate(stream, flush);
    }
  }

  /** UNZIP takes gzip by its two magic bytes, which may arrive apart; anything else is zlib's format. */
  #sniff(): void {
    const { input, next_in: at, avail_in: left } = this.#stream;
    if (left === 0) return;
    let position = at;
    if (this.#headerBytes === 0) {
      if (input[position] !== GZIP_ID1) {
        this.#mode = z.INFLATE;
        return;
      }
      this.#headerBytes = 1;
      position++;
      if (left === 1) return;
    }
    if (input[position] === GZIP_ID2) {
      this.#headerBytes = 2;
      this.#mode = z.GUNZIP;
    } else {
      this.#mode = z.INFLATE;
    }
  }

  #check(flush: number): CodecError | undefined {
    switch (this.#result) {
      case z.Z_OK:
      case z.Z_BUF_ERROR:
        return this.#stream.avail_out !== 0 && flush === z.Z_FINISH ? this.#error('unexpected end of file') : undefined;
      case z.Z_STREAM_END:
        return undefined;
      case z.Z_NEED_DICT:
        return this.#error(this.#dictionary === undefined ? 'Missing dictionary' : 'Bad dictionary');
      default:
        return this.#error('Zlib error');
    }
  }

  reset(): CodecError | undefined {
    const failed = this.#initialise();
    if (failed !== undefined) return this.#error('Failed to init stream before reset');
    this.#result = this.#deflating ? zlibDeflateReset(this.#stream) : zlibInflateReset(this.#stream);
    if (this.#result !== z.Z_OK) return this.#error('Failed to reset stream');
    return this.#setDictionary();
  }

  configure(level: number, strategy: number): CodecError | undefined {
    const failed = this.#initialise();
    if (failed !== undefined) return this.#error('Failed to init stream before set parameters');
    // Node leaves gzip's parameters as they are.
    if (this.#mode === z.DEFLATE || this.#mode === z.DEFLATERAW) this.#result = deflateParams(this.#stream, level, strategy);
    return this.#result === z.Z_OK || this.#result === z.Z_BUF_ERROR ? undefined : this.#error('Failed to set parameters');
  }

  close(): void {
    if (!this.#initialised) return;
    if (this.#deflating) zlibDeflateEnd(this.#stream);
    else zlibInflateEnd(this.#stream);
    this.#initialised = false;
    this.#mode = z.NONE;
  }

  /** zlib's own message goes before ours. */
  #error(message: string): CodecError {
    const own = this.#stream.msg;
    return { message: typeof own === 'string' && own !== '' ? own : message, code: z.errorName(this.#result), errno: this.#result };
  }
}
