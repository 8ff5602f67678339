/** CCM (NIST SP 800-38C). The whole text comes at once, its length before it. */
import type { AuthenticatedMode } from '../aes-mode.ts';
import { concatBytes } from '../bytes.ts';
import { type BlockFunction, xorInto } from './block-modes.ts';

const BLOCK = 16;

export class CcmMode implements AuthenticatedMode {
  readonly #encrypt: BlockFunction;
  readonly #iv: Uint8Array;
  readonly #tagLength: number;
  readonly #encrypting: boolean;
  #additional: Uint8Array = new Uint8Array(0);
  #tag: Uint8Array | undefined;
  #started = false;

  constructor(encrypt: BlockFunction, iv: Uint8Array, tagLength: number, encrypting: boolean) {
    this.#encrypt = encrypt;
    this.#iv = iv.slice();
    this.#tagLength = tagLength;
    this.#encrypting = encrypting;
  }

  get started(): boolean {
    return this.#started;
  }

  authenticate(data: Uint8Array): void {
    this.#additional = concatBytes(this.#additional, data);
  }

  update(input: Uint8Array): Uint8Array {
    this.#started = true;
    const output = this.#stream(input);
    this.#tag = this.#authenticate(this.#encrypting ? input : output);
    return output;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  tag(): Uint8Array {
    this.#tag ??= this.#authenticate(new Uint8Array(0));
    return this.#tag.slice();
  }

  #counterBlock(counter: number): Uint8Array {
    const block = new Uint8Array(BLOCK);
    block[0] = 14 - this.#iv.length;
    block.set(this.#iv, 1);
    for (let index = BLOCK - 1, rest = counter; index > this.#iv.length; index--, rest = Math.floor(rest / 256)) block[index] = rest % 256;
    return block;
  }

  #stream(input: Uint8Array): Uint8Array {
    const output = input.slice();
    for (let offset = 0, counter = 1; offset < output.length; offset += BLOCK, counter++) {
      const key = this.#counterBlock(counter);
      this.#encrypt(key);
      xorInto(output.subarray(offset, offset + BLOCK), key);
    }
    return output;
  }

  #authenticate(text: Uint8Array): Uint8Array {
    const first = this.#counterBlock(text.length);
    first[0] = (first[0] ?? 0) | (8 * ((this.#tagLength - 2) / 2)) | (this.#additional.length > 0 ? 0x40 : 0);
    const sum = new Uint8Array(BLOCK);
    const absorb = (bytes: Uint8Array): void => {
      for (let offset = 0; offset < bytes.length; offset += BLOCK) {
        const piece = bytes.subarray(offset, offset + BLOCK);
        xorInto(sum.subarray(0, piece.length), piece);
        this.#encrypt(sum);
      }
    };
    absorb(first);
    const { length } = this.#additional;
    if (length > 0) {
      const prefix = length < 0xff00 ? [length >> 8, length] : [0xff, 0xfe, length >>> 24, length >>> 16, length >>> 8, length];
      absorb(concatBytes(Uint8Array.from(prefix), this.#additional));
    }
    absorb(text);
    const mask = this.#counterBlock(0);
    this.#encrypt(mask);
    xorInto(sum, mask);
    return sum.subarray(0, this.#tagLength);
  }
}
