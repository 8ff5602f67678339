/** A hash computation in progress. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Ends the computation. `length` counts only for extendable-output functions (default: the algorithm's own). */
  finish(length?: number): Uint8Array;
  /** An independent computation that continues from here. */
  clone(): Digest;
}

export interface DigestAlgorithm {
  /** OpenSSL's short name. */
  readonly name: string;
  /** Bytes of a block, which HMAC needs. */
  readonly blockSize: number;
  /** Bytes of the result; the default for extendable-output functions. */
  readonly outputSize: number;
  /** SHAKE: any output length. */
  readonly extendable: boolean;
  create(): Digest;
}
