/** A compression library behind Node's stream classes: `CompressionContext` of src/node_zlib.cc. */

export interface CodecError {
  readonly message: string;
  /** Name of the library's error, for `error.code`. */
  readonly code: string;
  /** Its number, for `error.errno`. */
  readonly errno: number;
}

/** Input and output of one step; the codec moves the offsets and lessens the counts. */
export interface Buffers {
  input: Uint8Array;
  inputOffset: number;
  inputLeft: number;
  output: Uint8Array;
  outputOffset: number;
  outputLeft: number;
}

export interface Codec {
  /** Consumes input and fills output as far as they go. */
  step(buffers: Buffers, flush: number): CodecError | undefined;
  reset(): CodecError | undefined;
  /** New level and strategy from here on. */
  configure(level: number, strategy: number): CodecError | undefined;
  close(): void;
}
