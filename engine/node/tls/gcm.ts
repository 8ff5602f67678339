/**
 * AES-GCM (NIST SP 800-38D) of whole records under one key, with vectors of 12 bytes and whole tags. The key stream is @noble/ciphers'; the hash is ours, by
 * tables of its key's multiples for each nibble of a block (8 KB a key), which are made once, not once a record.
 */
import { unsafe } from '@noble/ciphers/aes.js';
import type { Aead } from './aead.ts';
import { sameBytes } from './wire.ts';

const BLOCK = 16;
const TAG = 16;
const NIBBLES = 32;
/** The field's polynomial, as it comes in when a product loses its last bit. */
const REDUCTION = 0xe1000000;

/** Words (big-endian) of the products of every value of every nibble with the hash key. */
function multiples(hashKey: Uint8Array): Uint32Array {
  const view = new DataView(hashKey.buffer, hashKey.byteOffset, BLOCK);
  let [a, b, c, d] = [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
  const tables = new Uint32Array(NIBBLES * 16 * 4);
  for (let nibble = 0; nibble < NIBBLES; nibble++) {
    const start = nibble * 64;
    for (let bit = 8; bit > 0; bit >>= 1) {
      tables.set([a, b, c, d], start + bit * 4);
      // Times x: one bit to the right.
      const lost = d & 1;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ (lost === 1 ? REDUCTION : 0);
    }
    for (const high of [2, 4, 8]) {
      for (let low = 1; low < high; low++) {
        for (let word = 0; word < 4; word++) {
          tables[start + (high | low) * 4 + word] = (tables[start + high * 4 + word] ?? 0) ^ (tables[start + low * 4 + word] ?? 0);
        }
      }
    }
  }
  return tables;
}

class RecordHash {
  readonly #tables: Uint32Array;
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  constructor(tables: Uint32Array) {
    this.#tables = tables;
  }

  /** Whole blocks, the last filled up with zeros. */
  update(bytes: Uint8Array): void {
    const whole = bytes.length - (bytes.length % BLOCK);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < whole; at += BLOCK)
      this.#block(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12));
    if (whole === bytes.length) return;
    const last = new Uint8Array(BLOCK);
    last.set(bytes.subarray(whole));
    const rest = new DataView(last.buffer);
    this.#block(rest.getUint32(0), rest.getUint32(4), rest.getUint32(8), rest.getUint32(12));
  }

  #block(w0: number, w1: number, w2: number, w3: number): void {
    const tables = this.#tables;
    let [a, b, c, d] = [0, 0, 0, 0];
    let start = 0;
    for (let index = 0; index < 4; index++) {
      const word = index === 0 ? this.#a ^ w0 : index === 1 ? this.#b ^ w1 : index === 2 ? this.#c ^ w2 : this.#d ^ w3;
      for (let shift = 28; shift >= 0; shift -= 4) {
        const entry = start + (((word >>> shift) & 15) << 2);
        a ^= tables[entry]!; // entries are within the table: 32 nibbles of 16 values of 4 words
        b ^= tables[entry + 1]!;
        c ^= tables[entry + 2]!;
        d ^= tables[entry + 3]!;
        start += 64;
      }
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }

  /** @param additional @param text sizes in bytes */
  finish(additional: number, text: number): Uint8Array {
    this.#block(Math.floor((additional * 8) / 2 ** 32), (additional * 8) >>> 0, Math.floor((text * 8) / 2 ** 32), (text * 8) >>> 0);
    const digest = new Uint8Array(BLOCK);
    const view = new DataView(digest.buffer);
    [this.#a, this.#b, this.#c, this.#d].forEach((word, index) => view.setUint32(4 * index, word));
    return digest;
  }
}

export class Gcm implements Aead {
  readonly tagLength = TAG;
  readonly #key: Uint32Array;
  readonly #tables: Uint32Array;

  constructor(key: Uint8Array) {
    this.#key = unsafe.expandKeyLE(key);
    this.#tables = multiples(unsafe.encryptBlock(this.#key, new Uint8Array(BLOCK)).slice());
  }

  #counter(nonce: Uint8Array, first: number): Uint8Array {
    const counter = new Uint8Array(BLOCK);
    counter.set(nonce);
    counter[BLOCK - 1] = first;
    return counter;
  }

  #tag(nonce: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array {
    const hash = new RecordHash(this.#tables);
    hash.update(additional);
    hash.update(text);
    const tag = hash.finish(additional.length, text.length);
    const mask = unsafe.encryptBlock(this.#key, this.#counter(nonce, 1));
    return tag.map((byte, index) => byte ^ (mask[index] ?? 0));
  }

  #stream(nonce: Uint8Array, text: Uint8Array): Uint8Array {
    // The library reads words: a copy begins where they do. (A Buffer's `slice` would be none.)
    const copy = new Uint8Array(text.length);
    copy.set(text);
    return unsafe.ctr32(this.#key, false, this.#counter(nonce, 2), copy);
  }

  seal(nonce: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array {
    const encrypted = this.#stream(nonce, text);
    const sealed = new Uint8Array(encrypted.length + TAG);
    sealed.set(encrypted);
    sealed.set(this.#tag(nonce, additional, encrypted), encrypted.length);
    return sealed;
  }

  open(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const split = sealed.length - TAG;
    if (split < 0) return undefined;
    const text = sealed.subarray(0, split);
    return sameBytes(this.#tag(nonce, additional, text), sealed.subarray(split)) ? this.#stream(nonce, text) : undefined;
  }
}
