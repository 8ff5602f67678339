/** OCB3 (RFC 7253). */
import type { AuthenticatedMode } from '../aes-mode.ts';
import { concatBytes } from '../bytes.ts';
import { type BlockFunction, xorInto } from './block-modes.ts';

const BLOCK = 16;

/** Multiplication by x in the field of 2^128 elements. */
function double(block: Uint8Array): Uint8Array {
  const carry = (block[0] ?? 0) >> 7;
  const result = block.map((byte, index) => (byte << 1) | ((block[index + 1] ?? 0) >> 7));
  result[BLOCK - 1] = (result[BLOCK - 1] ?? 0) ^ (carry * 0x87);
  return result;
}

const trailingZeros = (value: number): number => 31 - Math.clz32(value & -value);

/** Offsets and their masks. */
class Offsets {
  readonly star: Uint8Array;
  readonly dollar: Uint8Array;
  readonly #masks: Uint8Array[] = [];

  constructor(encrypt: BlockFunction) {
    this.star = new Uint8Array(BLOCK);
    encrypt(this.star);
    this.dollar = double(this.star);
  }

  mask(index: number): Uint8Array {
    while (this.#masks.length <= index) this.#masks.push(double(this.#masks.at(-1) ?? this.dollar));
    return this.#masks[index] ?? this.dollar;
  }
}

function padded(rest: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(rest);
  block[rest.length] = 0x80;
  return block;
}

export class OcbMode implements AuthenticatedMode {
  readonly #encrypt: BlockFunction;
  readonly #decrypt: BlockFunction;
  readonly #encrypting: boolean;
  readonly #offsets: Offsets;
  readonly #offset: Uint8Array;
  readonly #checksum = new Uint8Array(BLOCK);
  readonly #hashOffset = new Uint8Array(BLOCK);
  readonly #hash = new Uint8Array(BLOCK);
  readonly #tagLength: number;
  #additional: Uint8Array = new Uint8Array(0);
  #hashed = 0;
  #pending: Uint8Array = new Uint8Array(0);
  #blocks = 0;
  #started = false;

  constructor(encrypt: BlockFunction, decrypt: BlockFunction, iv: Uint8Array, tagLength: number, encrypting: boolean) {
    this.#encrypt = encrypt;
    this.#decrypt = decrypt;
    this.#encrypting = encrypting;
    this.#tagLength = tagLength;
    this.#offsets = new Offsets(encrypt);
    this.#offset = firstOffset(encrypt, iv, tagLength);
  }

  get started(): boolean {
    return this.#started;
  }

  authenticate(data: Uint8Array): void {
    const all = concatBytes(this.#additional, data);
    const whole = all.length - (all.length % BLOCK);
    for (let at = 0; at < whole; at += BLOCK) {
      xorInto(this.#hashOffset, this.#offsets.mask(trailingZeros(++this.#hashed)));
      this.#absorb(all.slice(at, at + BLOCK));
    }
    this.#additional = all.slice(whole);
  }

  #absorb(block: Uint8Array): void {
    xorInto(block, this.#hashOffset);
    this.#encrypt(block);
    xorInto(this.#hash, block);
  }

  update(input: Uint8Array): Uint8Array {
    this.#started = true;
    const all = concatBytes(this.#pending, input);
    const whole = all.length - (all.length % BLOCK);
    const output = new Uint8Array(whole);
    for (let at = 0; at < whole; at += BLOCK) {
      xorInto(this.#offset, this.#offsets.mask(trailingZeros(++this.#blocks)));
      const block = all.slice(at, at + BLOCK);
      if (this.#encrypting) xorInto(this.#checksum, block);
      xorInto(block, this.#offset);
      (this.#encrypting ? this.#encrypt : this.#decrypt)(block);
      xorInto(block, this.#offset);
      if (!this.#encrypting) xorInto(this.#checksum, block);
      output.set(block, at);
    }
    this.#pending = all.slice(whole);
    return output;
  }

  finish(): Uint8Array {
    const rest = this.#pending;
    if (rest.length === 0) return rest;
    xorInto(this.#offset, this.#offsets.star);
    const key = this.#offset.slice();
    this.#encrypt(key);
    const output = rest.slice();
    xorInto(output, key);
    xorInto(this.#checksum, padded(this.#encrypting ? rest : output));
    return output;
  }

  tag(): Uint8Array {
    const tag = this.#checksum.slice();
    xorInto(tag, this.#offset);
    xorInto(tag, this.#offsets.dollar);
    this.#encrypt(tag);
    if (this.#additional.length > 0) {
      xorInto(this.#hashOffset, this.#offsets.star);
      this.#absorb(padded(this.#additional));
    }
    xorInto(tag, this.#hash);
    return tag.subarray(0, this.#tagLength);
  }
}

function firstOffset(encrypt: BlockFunction, iv: Uint8Array, tagLength: number): Uint8Array {
  const nonce = new Uint8Array(BLOCK);
  nonce.set(iv, BLOCK - iv.length);
  nonce[0] = (nonce[0] ?? 0) | (((8 * tagLength) % 128) << 1);
  nonce[BLOCK - 1 - iv.length] = (nonce[BLOCK - 1 - iv.length] ?? 0) | 1;
  const bottom = (nonce[BLOCK - 1] ?? 0) & 0x3f;
  nonce[BLOCK - 1] = (nonce[BLOCK - 1] ?? 0) & 0xc0;
  encrypt(nonce);
  const stretch = concatBytes(
    nonce,
    nonce.subarray(0, 8).map((byte, index) => byte ^ (nonce[index + 1] ?? 0)),
  );
  const [bytes, bits] = [bottom >> 3, bottom & 7];
  return Uint8Array.from(
    { length: BLOCK },
    (_, index) => ((stretch[bytes + index] ?? 0) << bits) | ((stretch[bytes + index + 1] ?? 0) >> (8 - bits)),
  );
}
