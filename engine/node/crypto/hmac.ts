/** HMAC (RFC 2104) over any digest. */
import type { Digest, DigestAlgorithm } from './digest.ts';

export class HmacDigest implements Digest {
  readonly #inner: Digest;
  readonly #outer: Digest;

  private constructor(inner: Digest, outer: Digest) {
    this.#inner = inner;
    this.#outer = outer;
  }

  static create(algorithm: DigestAlgorithm, key: Uint8Array): HmacDigest {
    const block = new Uint8Array(algorithm.blockSize);
    block.set(key.length > algorithm.blockSize ? digestOf(algorithm, key) : key);
    const inner = algorithm.create();
    inner.update(block.map((byte) => byte ^ 0x36));
    const outer = algorithm.create();
    outer.update(block.map((byte) => byte ^ 0x5c));
    return new HmacDigest(inner, outer);
  }

  update(bytes: Uint8Array): void {
    this.#inner.update(bytes);
  }
  finish(): Uint8Array {
    this.#outer.update(this.#inner.finish());
    return this.#outer.finish();
  }
  clone(): HmacDigest {
    return new HmacDigest(this.#inner.clone(), this.#outer.clone());
  }
}

export function digestOf(algorithm: DigestAlgorithm, bytes: Uint8Array, length?: number): Uint8Array {
  const digest = algorithm.create();
  digest.update(bytes);
  return digest.finish(length);
}
