/** AES in ECB, CBC, CTR (NIST SP 800-38A) and GCM (SP 800-38D), in pieces of any size, on @noble/ciphers' block function. */
import { GHASH } from '@noble/ciphers/_polyval.js';
import { unsafe } from '@noble/ciphers/aes.js';
import { concatBytes } from './bytes.ts';

export const BLOCK = 16;

/** One direction of a cipher: input in, output that is certain out. */
export interface CipherMode {
  /** `padding`: whether the last block will be padded, which decides what can be given out yet. */
  update(input: Uint8Array, padding?: boolean): Uint8Array;
  /** Output that was held back. */
  finish(padding: boolean): Uint8Array;
}

/** A cipher with a tag, without the comparison of tags, which is the caller's. */
export interface AuthenticatedMode extends CipherMode {
  /** Additional data, before any text. */
  authenticate(data: Uint8Array): void;
  /** There was text. */
  readonly started: boolean;
  /** After `finish`. */
  tag(): Uint8Array;
}

export const isAuthenticated = (mode: CipherMode): mode is AuthenticatedMode => 'tag' in mode;

/** The cipher text is not a multiple of the block (OpenSSL: wrong final block length). */
export class WrongLengthError extends Error {
  readonly problem = 'length';
}
/** The padding is wrong (OpenSSL: bad decrypt). */
export class BadPaddingError extends Error {
  readonly problem = 'padding';
}
/** What is wrong, also where the error is of another script's copy of these classes. */
export function blockProblem(error: unknown): 'length' | 'padding' | undefined {
  if (!(error instanceof Error) || !('problem' in error)) return undefined;
  return error.problem === 'length' || error.problem === 'padding' ? error.problem : undefined;
}

/** ECB, and CBC when there is an initialization vector: whole blocks, PKCS #7 padding. */
export class BlockMode implements CipherMode {
  readonly #key: Uint32Array;
  readonly #encrypting: boolean;
  readonly #chain: Uint8Array | undefined;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(key: Uint8Array, iv: Uint8Array | undefined, encrypting: boolean) {
    this.#key = encrypting ? unsafe.expandKeyLE(key) : unsafe.expandKeyDecLE(key);
    this.#encrypting = encrypting;
    this.#chain = iv?.slice();
  }

  update(input: Uint8Array, padding = true): Uint8Array {
    const all = concatBytes(this.#pending, input);
    let whole = all.length - (all.length % BLOCK);
    // The last block of a padded text can only be judged at the end.
    if (!this.#encrypting && padding && whole === all.length && whole > 0) whole -= BLOCK;
    this.#pending = all.slice(whole);
    return this.#transform(all.subarray(0, whole));
  }

  finish(padding: boolean): Uint8Array {
    const rest = this.#pending;
    if (!padding) {
      if (rest.length % BLOCK !== 0) throw new WrongLengthError();
      return this.#transform(rest);
    }
    if (this.#encrypting) {
      const count = BLOCK - rest.length;
      return this.#transform(concatBytes(rest, new Uint8Array(count).fill(count)));
    }
    if (rest.length !== BLOCK) throw new WrongLengthError();
    const last = this.#transform(rest);
    const count = last[BLOCK - 1] ?? 0;
    if (count === 0 || count > BLOCK || last.subarray(BLOCK - count).some((byte) => byte !== count)) throw new BadPaddingError();
    return last.subarray(0, BLOCK - count);
  }

  #transform(input: Uint8Array): Uint8Array {
    const output = new Uint8Array(input.length);
    const block = new Uint8Array(BLOCK);
    for (let offset = 0; offset < input.length; offset += BLOCK) {
      const source = input.subarray(offset, offset + BLOCK);
      block.set(source);
      if (this.#encrypting) {
        if (this.#chain !== undefined) xorInto(block, this.#chain);
        unsafe.encryptBlock(this.#key, block);
        this.#chain?.set(block);
      } else {
        unsafe.decryptBlock(this.#key, block);
        if (this.#chain !== undefined) {
          xorInto(block, this.#chain);
          this.#chain.set(source);
        }
      }
      output.set(block, offset);
    }
    return output;
  }
}

/** CTR; `width` is how many of the last bytes count (16 for plain CTR, 4 inside GCM). Encrypting and decrypting are the same. */
export class CounterMode implements CipherMode {
  readonly #key: Uint32Array;
  readonly #counter: Uint8Array;
  readonly #width: number;
  readonly #stream = new Uint8Array(BLOCK);
  #used = BLOCK;

  constructor(key: Uint8Array, counter: Uint8Array, width = BLOCK) {
    this.#key = unsafe.expandKeyLE(key);
    this.#counter = counter.slice();
    this.#width = width;
  }

  update(input: Uint8Array): Uint8Array {
    const output = new Uint8Array(input.length);
    for (let index = 0; index < input.length; index++) {
      if (this.#used === BLOCK) this.#next();
      output[index] = (input[index] ?? 0) ^ (this.#stream[this.#used++] ?? 0);
    }
    return output;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  #next(): void {
    this.#stream.set(this.#counter);
    unsafe.encryptBlock(this.#key, this.#stream);
    this.#used = 0;
    for (let index = BLOCK - 1; index >= BLOCK - this.#width; index--) {
      const value = ((this.#counter[index] ?? 0) + 1) & 0xff;
      this.#counter[index] = value;
      if (value !== 0) break;
    }
  }
}

/** GCM. */
export class GaloisMode implements AuthenticatedMode {
  readonly #counter: CounterMode;
  readonly #hash: BlockHash;
  readonly #mask: Uint8Array;
  readonly #encrypting: boolean;
  #additionalSize = 0;
  #textSize = 0;

  constructor(key: Uint8Array, iv: Uint8Array, encrypting: boolean) {
    const hashKey = unsafe.encryptBlock(unsafe.expandKeyLE(key), new Uint8Array(BLOCK)).slice();
    const start = firstCounter(hashKey, iv);
    // The first block of the key stream masks the tag.
    this.#counter = new CounterMode(key, start, 4);
    this.#mask = this.#counter.update(new Uint8Array(BLOCK));
    this.#hash = new BlockHash(hashKey);
    this.#encrypting = encrypting;
  }

  /** Additional data, before any text. */
  authenticate(data: Uint8Array): void {
    this.#hash.update(data);
    this.#additionalSize += data.length;
  }

  get started(): boolean {
    return this.#textSize > 0;
  }

  update(input: Uint8Array): Uint8Array {
    if (input.length === 0) return input;
    if (this.#textSize === 0) this.#hash.pad();
    this.#textSize += input.length;
    const output = this.#counter.update(input);
    this.#hash.update(this.#encrypting ? output : input);
    return output;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  tag(): Uint8Array {
    this.#hash.pad();
    this.#hash.update(lengths(this.#additionalSize, this.#textSize));
    const tag = this.#hash.digest();
    xorInto(tag, this.#mask);
    return tag;
  }
}

/** GHASH over data in pieces: the library pads every piece that is not whole blocks. */
class BlockHash {
  readonly #hash: GHASH;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(key: Uint8Array) {
    this.#hash = new GHASH(key);
  }
  update(data: Uint8Array): void {
    const all = concatBytes(this.#pending, data);
    const whole = all.length - (all.length % BLOCK);
    if (whole > 0) this.#hash.update(all.subarray(0, whole));
    this.#pending = all.slice(whole);
  }
  pad(): void {
    if (this.#pending.length > 0) this.#hash.update(concatBytes(this.#pending, new Uint8Array(BLOCK - this.#pending.length)));
    this.#pending = new Uint8Array(0);
  }
  digest(): Uint8Array {
    return this.#hash.digest();
  }
}

function firstCounter(hashKey: Uint8Array, iv: Uint8Array): Uint8Array {
  if (iv.length === 12) return concatBytes(iv, Uint8Array.of(0, 0, 0, 1));
  const hash = new BlockHash(hashKey);
  hash.update(iv);
  hash.pad();
  hash.update(lengths(0, iv.length));
  return hash.digest();
}

/** Two sizes in bytes as 64-bit counts of bits. */
function lengths(first: number, second: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  view.setBigUint64(0, BigInt(first) * 8n);
  view.setBigUint64(8, BigInt(second) * 8n);
  return block;
}

function xorInto(target: Uint8Array, source: Uint8Array): void {
  for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) ^ (source[index] ?? 0);
}

/** AES's block function, in place. */
export function aesBlock(key: Uint8Array, encrypting: boolean): (block: Uint8Array) => void {
  const expanded = encrypting ? unsafe.expandKeyLE(key) : unsafe.expandKeyDecLE(key);
  return encrypting ? (block) => void unsafe.encryptBlock(expanded, block) : (block) => void unsafe.decryptBlock(expanded, block);
}
