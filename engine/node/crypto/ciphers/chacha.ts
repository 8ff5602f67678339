/** ChaCha20 and ChaCha20-Poly1305 (RFC 8439) in pieces, on @noble/ciphers. */
import { Poly1305 } from '@noble/ciphers/_poly1305.js';
import { chacha20 } from '@noble/ciphers/chacha.js';
import type { AuthenticatedMode, CipherMode } from '../aes-mode.ts';
import { concatBytes } from '../bytes.ts';

const BLOCK = 64;

export class ChaChaMode implements CipherMode {
  readonly #key: Uint8Array;
  readonly #nonce: Uint8Array;
  readonly #counter: number;
  #position = 0;

  /** @param counter of the first block */
  constructor(key: Uint8Array, nonce: Uint8Array, counter: number) {
    this.#key = key.slice();
    this.#nonce = nonce.slice();
    this.#counter = counter;
  }

  /** OpenSSL's vector of 16 bytes begins with the counter. */
  static withVector(key: Uint8Array, iv: Uint8Array): ChaChaMode {
    return new ChaChaMode(key, iv.subarray(4), new DataView(iv.slice().buffer).getUint32(0, true));
  }

  update(input: Uint8Array): Uint8Array {
    const skip = this.#position % BLOCK;
    const counter = this.#counter + Math.floor(this.#position / BLOCK);
    this.#position += input.length;
    // A piece that begins inside a block brings the block's beginning along.
    return chacha20(this.#key, this.#nonce, concatBytes(new Uint8Array(skip), input), undefined, counter).subarray(skip);
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }
}

export class ChaChaPolyMode implements AuthenticatedMode {
  readonly #stream: ChaChaMode;
  readonly #mac: Poly1305;
  readonly #encrypting: boolean;
  #additionalSize = 0;
  #textSize = 0;

  /** @param iv of up to 12 bytes; a shorter one stands at the end of the nonce */
  constructor(key: Uint8Array, iv: Uint8Array, encrypting: boolean) {
    const nonce = new Uint8Array(12);
    nonce.set(iv, 12 - iv.length);
    this.#mac = new Poly1305(new ChaChaMode(key, nonce, 0).update(new Uint8Array(32)));
    this.#stream = new ChaChaMode(key, nonce, 1);
    this.#encrypting = encrypting;
  }

  get started(): boolean {
    return this.#textSize > 0;
  }

  authenticate(data: Uint8Array): void {
    this.#mac.update(data);
    this.#additionalSize += data.length;
  }

  update(input: Uint8Array): Uint8Array {
    if (input.length === 0) return input;
    if (this.#textSize === 0) this.#pad(this.#additionalSize);
    this.#textSize += input.length;
    const output = this.#stream.update(input);
    this.#mac.update(this.#encrypting ? output : input);
    return output;
  }

  #pad(size: number): void {
    if (size % 16 !== 0) this.#mac.update(new Uint8Array(16 - (size % 16)));
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  tag(): Uint8Array {
    this.#pad(this.#textSize === 0 ? this.#additionalSize : this.#textSize);
    const lengths = new DataView(new ArrayBuffer(16));
    lengths.setBigUint64(0, BigInt(this.#additionalSize), true);
    lengths.setBigUint64(8, BigInt(this.#textSize), true);
    this.#mac.update(new Uint8Array(lengths.buffer));
    return this.#mac.digest();
  }
}
