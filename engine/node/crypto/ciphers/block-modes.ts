/** ECB, CBC, CFB, CFB8, CFB1 and OFB (NIST SP 800-38A) over any block function. */
import { BadPaddingError, type CipherMode, WrongLengthError } from '../aes-mode.ts';
import { concatBytes } from '../bytes.ts';

export type BlockFunction = (block: Uint8Array) => void;

export function xorInto(target: Uint8Array, source: Uint8Array): void {
  for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) ^ (source[index] ?? 0);
}

/** ECB, and CBC when there is an initialization vector: whole blocks, PKCS #7 padding. */
export class PaddedMode implements CipherMode {
  readonly #apply: BlockFunction;
  readonly #size: number;
  readonly #encrypting: boolean;
  readonly #chain: Uint8Array | undefined;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(apply: BlockFunction, size: number, iv: Uint8Array | undefined, encrypting: boolean) {
    this.#apply = apply;
    this.#size = size;
    this.#encrypting = encrypting;
    this.#chain = iv?.slice();
  }

  update(input: Uint8Array, padding = true): Uint8Array {
    const all = concatBytes(this.#pending, input);
    let whole = all.length - (all.length % this.#size);
    // The last block of a padded text can only be judged at the end.
    if (!this.#encrypting && padding && whole === all.length && whole > 0) whole -= this.#size;
    this.#pending = all.slice(whole);
    return this.#transform(all.subarray(0, whole));
  }

  finish(padding: boolean): Uint8Array {
    const rest = this.#pending;
    const size = this.#size;
    if (!padding) {
      if (rest.length % size !== 0) throw new WrongLengthError();
      return this.#transform(rest);
    }
    if (this.#encrypting) {
      const count = size - rest.length;
      return this.#transform(concatBytes(rest, new Uint8Array(count).fill(count)));
    }
    if (rest.length !== size) throw new WrongLengthError();
    const last = this.#transform(rest);
    const count = last.at(-1) ?? 0;
    if (count === 0 || count > size || last.subarray(size - count).some((byte) => byte !== count)) throw new BadPaddingError();
    return last.subarray(0, size - count);
  }

  #transform(input: Uint8Array): Uint8Array {
    const output = new Uint8Array(input.length);
    const block = new Uint8Array(this.#size);
    for (let offset = 0; offset < input.length; offset += this.#size) {
      const source = input.subarray(offset, offset + this.#size);
      block.set(source);
      if (this.#encrypting && this.#chain !== undefined) xorInto(block, this.#chain);
      this.#apply(block);
      if (this.#encrypting) this.#chain?.set(block);
      else if (this.#chain !== undefined) {
        xorInto(block, this.#chain);
        this.#chain.set(source);
      }
      output.set(block, offset);
    }
    return output;
  }
}

/** CFB with whole blocks of feedback, and OFB: a key stream from the block function. */
export class StreamMode implements CipherMode {
  readonly #apply: BlockFunction;
  readonly #register: Uint8Array;
  readonly #feedback: 'output' | 'ciphertext';
  readonly #encrypting: boolean;
  #used: number;

  /** @param apply always the encrypting direction */
  constructor(apply: BlockFunction, iv: Uint8Array, feedback: 'output' | 'ciphertext', encrypting: boolean) {
    this.#apply = apply;
    this.#register = iv.slice();
    this.#feedback = feedback;
    this.#encrypting = encrypting;
    this.#used = iv.length;
  }

  update(input: Uint8Array): Uint8Array {
    const output = new Uint8Array(input.length);
    const register = this.#register;
    for (let index = 0; index < input.length; index++) {
      if (this.#used === register.length) {
        this.#apply(register);
        this.#used = 0;
      }
      const value = (input[index] ?? 0) ^ (register[this.#used] ?? 0);
      output[index] = value;
      if (this.#feedback === 'ciphertext') register[this.#used] = this.#encrypting ? value : (input[index] ?? 0);
      this.#used++;
    }
    return output;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }
}

/** CFB with one byte or one bit of feedback. */
export class ShiftMode implements CipherMode {
  readonly #apply: BlockFunction;
  readonly #register: Uint8Array;
  readonly #bits: 1 | 8;
  readonly #encrypting: boolean;

  constructor(apply: BlockFunction, iv: Uint8Array, bits: 1 | 8, encrypting: boolean) {
    this.#apply = apply;
    this.#register = iv.slice();
    this.#bits = bits;
    this.#encrypting = encrypting;
  }

  update(input: Uint8Array): Uint8Array {
    return input.map((byte) => (this.#bits === 8 ? this.#step(byte, 8) : this.#bitwise(byte)));
  }

  #bitwise(byte: number): number {
    let result = 0;
    for (let shift = 7; shift >= 0; shift--) result |= (this.#step(((byte >> shift) & 1) << 7, 1) >> 7) << shift;
    return result;
  }

  /** @param value in the highest bits */
  #step(value: number, bits: 1 | 8): number {
    const block = this.#register.slice();
    this.#apply(block);
    const mask = bits === 8 ? 0xff : 0x80;
    const output = (value ^ (block[0] ?? 0)) & mask;
    this.#shift(this.#encrypting ? output : value, bits);
    return output;
  }

  #shift(value: number, bits: 1 | 8): void {
    const register = this.#register;
    for (let index = 0; index < register.length; index++) {
      const next = index + 1 < register.length ? (register[index + 1] ?? 0) : value;
      register[index] = bits === 8 ? next : ((register[index] ?? 0) << 1) | (next >> 7);
    }
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }
}
