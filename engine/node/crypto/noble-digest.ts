/** Hashes that hash-wasm has no module for, by @noble/hashes. */
import type { Digest } from './digest.ts';

/** The part of @noble/hashes' streaming interface that is used here. */
interface NobleHash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
  clone(): NobleHash;
  xof?(bytes: number): Uint8Array;
}

export class NobleDigest implements Digest {
  readonly #hash: NobleHash;

  constructor(hash: object) {
    this.#hash = hash as NobleHash;
  }
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }
  finish(length?: number): Uint8Array {
    if (length === undefined) return this.#hash.digest();
    if (length === 0) return new Uint8Array(0);
    if (this.#hash.xof === undefined) throw new TypeError('This hash has a fixed output length.');
    return this.#hash.xof(length);
  }
  clone(): NobleDigest {
    return new NobleDigest(this.#hash.clone());
  }
}

/** Several hashes side by side, results one after the other (OpenSSL's MD5-SHA1). */
export class ConcatenatedDigest implements Digest {
  readonly #parts: readonly Digest[];

  constructor(parts: readonly Digest[]) {
    this.#parts = parts;
  }
  update(bytes: Uint8Array): void {
    for (const part of this.#parts) part.update(bytes);
  }
  finish(): Uint8Array {
    const results = this.#parts.map((part) => part.finish());
    const all = new Uint8Array(results.reduce((size, result) => size + result.length, 0));
    let offset = 0;
    for (const result of results) {
      all.set(result, offset);
      offset += result.length;
    }
    return all;
  }
  clone(): ConcatenatedDigest {
    return new ConcatenatedDigest(this.#parts.map((part) => part.clone()));
  }
}
