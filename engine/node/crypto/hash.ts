/** Hash, Hmac and one-shot hashing. Stands for src/crypto/crypto_hash.cc and crypto_hmac.cc. */
import type { Binding, Environment } from '../environment.ts';
import { findDigest } from './algorithms.ts';
import { type Encodable, fromBytes, isBytes, toBytes } from './bytes.ts';
import type { Digest, DigestAlgorithm } from './digest.ts';
import { HmacDigest, digestOf } from './hmac.ts';
import { keyBytes } from './key-handle.ts';
import { notXof, unsupportedDigest } from './openssl-error.ts';

/** An algorithm for a job or an HMAC: `TypeError [ERR_CRYPTO_INVALID_DIGEST]` for unknown names. */
export function requireDigest(environment: Environment, name: unknown): DigestAlgorithm {
  const algorithm = findDigest(String(name));
  if (algorithm === 'legacy') throw unsupportedDigest();
  if (algorithm === undefined) throw environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${String(name)}`);
  return algorithm;
}

export function createHashClasses(environment: Environment): Binding {
  class Hash {
    readonly #algorithm: DigestAlgorithm;
    readonly #digest: Digest;
    readonly #length: number;
    #result: Uint8Array | undefined;

    /** @param source an algorithm's name, or the Hash to copy; @param length output bytes of an extendable-output function */
    constructor(source: string | Hash, length: number | undefined) {
      if (typeof source === 'string') {
        const algorithm = findDigest(source);
        if (algorithm === 'legacy') throw unsupportedDigest();
        if (algorithm === undefined) throw new Error('Digest method not supported');
        this.#algorithm = algorithm;
        this.#digest = algorithm.create();
      } else {
        this.#algorithm = source.#algorithm;
        this.#digest = source.#digest.clone();
      }
      const { extendable, outputSize } = this.#algorithm;
      if (length !== undefined && length !== outputSize && !extendable) throw notXof();
      this.#length = length ?? outputSize;
    }

    update(data: Encodable, encoding?: string): boolean {
      if (this.#result !== undefined) return false;
      this.#digest.update(toBytes(environment, data, encoding));
      return true;
    }

    digest(encoding?: string): Uint8Array | string {
      this.#result ??= this.#digest.finish(this.#algorithm.extendable ? this.#length : undefined);
      return fromBytes(environment, this.#result, encoding);
    }
  }

  class Hmac {
    #digest: Digest | undefined;

    init(name: string, key: unknown): void {
      const algorithm = requireDigest(environment, name);
      // OpenSSL refuses extendable-output functions here without putting a reason into its queue.
      if (algorithm.extendable) throw new Error('error:00000000:lib(0)::reason(0)');
      this.#digest = HmacDigest.create(algorithm, keyBytes(key));
    }

    update(data: Encodable, encoding?: string): boolean {
      if (this.#digest === undefined) return false;
      this.#digest.update(toBytes(environment, data, encoding));
      return true;
    }

    digest(encoding?: string): Uint8Array | string {
      const result = this.#digest?.finish() ?? new Uint8Array(0);
      this.#digest = undefined;
      return fromBytes(environment, result, encoding);
    }
  }

  function oneShotDigest(
    name: string,
    _id: number,
    _cache: object,
    input: Encodable,
    encoding: string,
    _encodingId: number,
    length: number | undefined,
  ): Uint8Array | string {
    const algorithm = findDigest(name);
    if (algorithm === 'legacy') throw unsupportedDigest();
    if (algorithm === undefined) throw new Error(`Digest method ${name} is not supported`);
    if (length !== undefined && !algorithm.extendable && length !== algorithm.outputSize) {
      throw new Error(`Output length ${length} is invalid for ${name}, which does not support XOF`);
    }
    return fromBytes(environment, digestOf(algorithm, toBytes(environment, input), algorithm.extendable ? length : undefined), encoding);
  }

  function timingSafeEqual(left: unknown, right: unknown): boolean {
    const problem = (name: string) =>
      environment.codedError(
        'TypeError',
        'ERR_INVALID_ARG_TYPE',
        `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`,
      );
    if (!isBytes(left)) throw problem('buf1');
    if (!isBytes(right)) throw problem('buf2');
    const a = toBytes(environment, left as Encodable);
    const b = toBytes(environment, right as Encodable);
    if (a.length !== b.length) {
      throw environment.codedError('RangeError', 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
    }
    let difference = 0;
    for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
    return difference === 0;
  }

  return {
    Hash,
    Hmac,
    oneShotDigest,
    timingSafeEqual,
    getHashes: () => [...((environment.dumps.crypto?.['getHashes()'] ?? []) as readonly string[])],
    // Names map to algorithms without a cache of ids here.
    getCachedAliases: () => Object.create(null) as object,
  };
}
