/** What encrypts and decrypts the fragments of records: TLS 1.3 (RFC 8446, 5.2), AEAD of 1.2 (RFC 5288, RFC 7905) and CBC with HMAC of 1.2 (RFC 5246, 6.2.3.2, RFC 7366). */
import { concatBytes } from '../crypto/bytes.ts';
import type { CipherMode } from '../crypto/aes-mode.ts';
import type { Digest } from '../crypto/digest.ts';
import type { Aead } from './aead.ts';
import { TlsFailure } from './errors.ts';
import { ALERT, CONTENT, MOST_EXPANSION_1_2, MOST_EXPANSION_1_3, MOST_PLAIN, TLS_1_2 } from './protocol.ts';
import { sameBytes, u16, u8 } from './wire.ts';

export interface Fragment {
  readonly type: number;
  readonly content: Uint8Array;
}

/** One direction of a connection under one key. */
export interface Protection {
  /** Content type that records carry outside. */
  outerType(type: number): number;
  seal(type: number, content: Uint8Array): Uint8Array;
  /** Throws TlsFailure for what does not authenticate itself or is too long. */
  open(type: number, fragment: Uint8Array): Fragment;
  /** Bytes that a fragment may have. */
  readonly most: number;
  /** Records so far: keys have an end (RFC 8446, 5.5). */
  readonly records: number;
}

const badMac = (): TlsFailure => new TlsFailure(ALERT.badRecordMac, 'decryption failed or bad record mac');
const tooLong = (): TlsFailure => new TlsFailure(ALERT.recordOverflow, 'data length too long');

/** Counts records: 64 bits, of which a number keeps 53, more than any key may serve. */
class Sequence {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  next(): Uint8Array {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, Math.floor(this.#count / 2 ** 32));
    view.setUint32(4, this.#count >>> 0);
    this.#count++;
    return bytes;
  }
}

function xorNonce(iv: Uint8Array, sequence: Uint8Array): Uint8Array {
  const nonce = iv.slice();
  const offset = nonce.length - sequence.length;
  for (let index = 0; index < sequence.length; index++) nonce[offset + index] = (nonce[offset + index] ?? 0) ^ (sequence[index] ?? 0);
  return nonce;
}

/** One key of an AEAD and the records that were protected with it. */
class AeadDirection {
  protected readonly aead: Aead;
  protected readonly iv: Uint8Array;
  protected readonly sequence = new Sequence();

  constructor(aead: Aead, iv: Uint8Array) {
    this.aead = aead;
    this.iv = iv;
  }

  get records(): number {
    return this.sequence.count;
  }
}

export class Protection13 extends AeadDirection implements Protection {
  readonly most = MOST_PLAIN + MOST_EXPANSION_1_3;
  outerType(): number {
    return CONTENT.applicationData;
  }
  #additional(length: number): Uint8Array {
    return concatBytes(u8(CONTENT.applicationData), u16(TLS_1_2), u16(length));
  }
  seal(type: number, content: Uint8Array): Uint8Array {
    const inner = concatBytes(content, u8(type));
    return this.aead.seal(xorNonce(this.iv, this.sequence.next()), this.#additional(inner.length + this.aead.tagLength), inner);
  }
  open(type: number, fragment: Uint8Array): Fragment {
    if (type !== CONTENT.applicationData) throw new TlsFailure(ALERT.unexpectedMessage, 'bad record type');
    if (fragment.length < this.aead.tagLength + 1) throw new TlsFailure(ALERT.decodeError, 'length too short');
    const inner = this.aead.open(xorNonce(this.iv, this.sequence.next()), this.#additional(fragment.length), fragment);
    if (inner === undefined) throw badMac();
    if (inner.length > MOST_PLAIN + 1) throw tooLong();
    let end = inner.length - 1;
    while (end >= 0 && inner[end] === 0) end--;
    if (end < 0) throw new TlsFailure(ALERT.unexpectedMessage, 'bad record type');
    return { type: inner[end] ?? 0, content: inner.subarray(0, end) };
  }
}

/** AEAD of 1.2: with 4 bytes of vector the nonce's rest is sent (GCM), with 12 it is counted (ChaCha20-Poly1305). */
export class ProtectionAead12 extends AeadDirection implements Protection {
  readonly most = MOST_PLAIN + MOST_EXPANSION_1_2;
  outerType(type: number): number {
    return type;
  }
  #additional(sequence: Uint8Array, type: number, length: number): Uint8Array {
    return concatBytes(sequence, u8(type), u16(TLS_1_2), u16(length));
  }
  seal(type: number, content: Uint8Array): Uint8Array {
    const sequence = this.sequence.next();
    const additional = this.#additional(sequence, type, content.length);
    if (this.iv.length > 4) return this.aead.seal(xorNonce(this.iv, sequence), additional, content);
    return concatBytes(sequence, this.aead.seal(concatBytes(this.iv, sequence), additional, content));
  }
  open(type: number, fragment: Uint8Array): Fragment {
    const explicit = this.iv.length > 4 ? 0 : 8;
    const length = fragment.length - explicit - this.aead.tagLength;
    if (length < 0) throw new TlsFailure(ALERT.decodeError, 'length too short');
    if (length > MOST_PLAIN) throw tooLong();
    const sequence = this.sequence.next();
    const nonce = explicit === 0 ? xorNonce(this.iv, sequence) : concatBytes(this.iv, fragment.subarray(0, explicit));
    const content = this.aead.open(nonce, this.#additional(sequence, type, length), fragment.subarray(explicit));
    if (content === undefined) throw badMac();
    return { type, content };
  }
}

export interface CbcParts {
  /** AES in CBC without padding, for one record. */
  readonly cipher: (iv: Uint8Array, encrypting: boolean) => CipherMode;
  /** HMAC under the key of this direction. */
  readonly mac: () => Digest;
  readonly macLength: number;
  readonly encryptThenMac: boolean;
  readonly version: number;
  /** Of the first record, where vectors are not sent. */
  readonly iv: Uint8Array | undefined;
  readonly randomBytes: (size: number) => Uint8Array;
}

const BLOCK = 16;

export class ProtectionCbc implements Protection {
  readonly most = MOST_PLAIN + MOST_EXPANSION_1_2;
  readonly #parts: CbcParts;
  readonly #sequence = new Sequence();
  #chained: Uint8Array | undefined;

  constructor(parts: CbcParts) {
    this.#parts = parts;
    this.#chained = parts.iv;
  }
  get records(): number {
    return this.#sequence.count;
  }
  outerType(type: number): number {
    return type;
  }
  #mac(sequence: Uint8Array, type: number, content: Uint8Array): Uint8Array {
    const mac = this.#parts.mac();
    mac.update(concatBytes(sequence, u8(type), u16(this.#parts.version), u16(content.length)));
    mac.update(content);
    return mac.finish();
  }
  seal(type: number, content: Uint8Array): Uint8Array {
    const { cipher, encryptThenMac, randomBytes } = this.#parts;
    const sequence = this.#sequence.next();
    const iv = this.#chained ?? randomBytes(BLOCK);
    const text = encryptThenMac ? content : concatBytes(content, this.#mac(sequence, type, content));
    const padding = BLOCK - 1 - (text.length % BLOCK);
    const encrypted = cipher(iv, true).update(concatBytes(text, new Uint8Array(padding + 1).fill(padding)), false);
    const fragment = this.#chained === undefined ? concatBytes(iv, encrypted) : encrypted;
    if (this.#chained !== undefined) this.#chained = encrypted.slice(-BLOCK);
    return encryptThenMac ? concatBytes(fragment, this.#mac(sequence, type, fragment)) : fragment;
  }
  open(type: number, fragment: Uint8Array): Fragment {
    const { cipher, macLength, encryptThenMac } = this.#parts;
    const sequence = this.#sequence.next();
    let body = fragment;
    if (encryptThenMac) {
      const split = fragment.length - macLength;
      if (split < BLOCK || split % BLOCK !== 0) throw badMac();
      body = fragment.subarray(0, split);
      if (!sameBytes(this.#mac(sequence, type, body), fragment.subarray(split))) throw badMac();
    }
    const whole = this.#chained === undefined ? body : concatBytes(this.#chained, body);
    if (whole.length % BLOCK !== 0 || whole.length < 2 * BLOCK) throw badMac();
    const text = cipher(whole.subarray(0, BLOCK), false).update(whole.subarray(BLOCK), false);
    if (this.#chained !== undefined) this.#chained = whole.slice(-BLOCK);
    const content = encryptThenMac ? withoutPadding(text, 0) : this.#checked(sequence, type, text, macLength);
    if (content === undefined) throw badMac();
    if (content.length > MOST_PLAIN) throw tooLong();
    return { type, content };
  }

  /** Wrong padding and a wrong code are told apart neither by the answer nor by leaving the computation out (RFC 5246, 6.2.3.2). */
  #checked(sequence: Uint8Array, type: number, text: Uint8Array, macLength: number): Uint8Array | undefined {
    const unpadded = withoutPadding(text, macLength);
    const whole = unpadded ?? text;
    if (whole.length < macLength) return undefined;
    const split = whole.length - macLength;
    const content = whole.subarray(0, split);
    const isRight = sameBytes(this.#mac(sequence, type, content), whole.subarray(split));
    return unpadded !== undefined && isRight ? content : undefined;
  }
}

/** Looks at all bytes that can be padding. */
function withoutPadding(text: Uint8Array, macLength: number): Uint8Array | undefined {
  const length = text.at(-1) ?? 0;
  const isShort = length + 1 + macLength > text.length;
  let difference = 0;
  for (let index = 1; index <= Math.min(256, text.length); index++) {
    const byte = text[text.length - index] ?? 0;
    difference |= index <= length + 1 ? byte ^ length : 0;
  }
  return isShort || difference !== 0 ? undefined : text.subarray(0, text.length - length - 1);
}
