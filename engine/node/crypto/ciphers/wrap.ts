/** AES key wrap (RFC 3394), and with padding (RFC 5649). The whole key comes at once. */
import type { CipherMode } from '../aes-mode.ts';
import { concatBytes } from '../bytes.ts';
import { type BlockFunction } from './block-modes.ts';

const HALF = 8;

/** A wrapped key that does not fit its check. */
export class UnwrapError extends Error {}
/** A length that cannot be wrapped. */
export class WrapLengthError extends Error {}

function wrap(encrypt: BlockFunction, iv: Uint8Array, key: Uint8Array): Uint8Array {
  const output = concatBytes(iv, key);
  const count = key.length / HALF;
  const block = new Uint8Array(2 * HALF);
  for (let step = 1; step <= 6 * count; step++) {
    const at = HALF * (((step - 1) % count) + 1);
    block.set(output.subarray(0, HALF));
    block.set(output.subarray(at, at + HALF), HALF);
    encrypt(block);
    mixCounter(block, step);
    output.set(block.subarray(0, HALF));
    output.set(block.subarray(HALF), at);
  }
  return output;
}

function unwrap(decrypt: BlockFunction, wrapped: Uint8Array): { iv: Uint8Array; key: Uint8Array } {
  const output = wrapped.slice();
  const count = wrapped.length / HALF - 1;
  const block = new Uint8Array(2 * HALF);
  for (let step = 6 * count; step >= 1; step--) {
    const at = HALF * (((step - 1) % count) + 1);
    block.set(output.subarray(0, HALF));
    mixCounter(block, step);
    block.set(output.subarray(at, at + HALF), HALF);
    decrypt(block);
    output.set(block.subarray(0, HALF));
    output.set(block.subarray(HALF), at);
  }
  return { iv: output.subarray(0, HALF), key: output.subarray(HALF) };
}

function mixCounter(block: Uint8Array, step: number): void {
  for (let index = HALF - 1, rest = step; rest > 0; index--, rest = Math.floor(rest / 256))
    block[index] = (block[index] ?? 0) ^ (rest % 256);
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

export class WrapMode implements CipherMode {
  readonly #apply: BlockFunction;
  readonly #iv: Uint8Array;
  readonly #encrypting: boolean;

  constructor(apply: BlockFunction, iv: Uint8Array, encrypting: boolean) {
    this.#apply = apply;
    this.#iv = iv.slice();
    this.#encrypting = encrypting;
  }

  update(input: Uint8Array): Uint8Array {
    if (input.length === 0) return input;
    if (this.#encrypting) {
      if (input.length % HALF !== 0 || input.length < 2 * HALF) throw new WrapLengthError();
      return wrap(this.#apply, this.#iv, input);
    }
    if (input.length % HALF !== 0 || input.length < 3 * HALF) throw new WrapLengthError();
    const { iv, key } = unwrap(this.#apply, input);
    if (!equal(iv, this.#iv)) throw new UnwrapError();
    return key;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }
}

export class PaddedWrapMode implements CipherMode {
  readonly #apply: BlockFunction;
  readonly #iv: Uint8Array;
  readonly #encrypting: boolean;

  constructor(apply: BlockFunction, iv: Uint8Array, encrypting: boolean) {
    this.#apply = apply;
    this.#iv = iv.slice();
    this.#encrypting = encrypting;
  }

  update(input: Uint8Array): Uint8Array {
    if (input.length === 0) return input;
    return this.#encrypting ? this.#wrap(input) : this.#unwrap(input);
  }

  #wrap(input: Uint8Array): Uint8Array {
    const size = Uint8Array.of(input.length >>> 24, input.length >>> 16, input.length >>> 8, input.length);
    const iv = concatBytes(this.#iv, size);
    const key = concatBytes(input, new Uint8Array((HALF - (input.length % HALF)) % HALF));
    if (key.length > HALF) return wrap(this.#apply, iv, key);
    const block = concatBytes(iv, key);
    this.#apply(block);
    return block;
  }

  #unwrap(input: Uint8Array): Uint8Array {
    if (input.length % HALF !== 0 || input.length < 2 * HALF) throw new WrapLengthError();
    let [iv, key] = [input.slice(0, HALF), input.slice(HALF)];
    if (input.length === 2 * HALF) {
      const block = input.slice();
      this.#apply(block);
      [iv, key] = [block.subarray(0, HALF), block.subarray(HALF)];
    } else ({ iv, key } = unwrap(this.#apply, input) as { iv: Uint8Array<ArrayBuffer>; key: Uint8Array<ArrayBuffer> });
    const size = new DataView(iv.slice().buffer).getUint32(4);
    const padding = key.length - size;
    if (!equal(iv.subarray(0, 4), this.#iv) || padding < 0 || padding >= HALF || key.subarray(size).some((byte) => byte !== 0)) {
      throw new UnwrapError();
    }
    return key.subarray(0, size);
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }
}
