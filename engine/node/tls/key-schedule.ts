/** Keys: TLS 1.3's schedule (RFC 8446, section 7) and 1.2's pseudorandom function (RFC 5246, section 5). */
import { concatBytes } from '../crypto/bytes.ts';
import type { CryptoCore } from '../crypto/core.ts';
import type { Digest, DigestAlgorithm } from '../crypto/digest.ts';
import { createAead } from './aead.ts';
import type { CipherSuite } from './cipher-suites.ts';
import { type Protection, Protection13, ProtectionAead12, ProtectionCbc } from './protection.ts';
import { type Role, TLS_1_0 } from './protocol.ts';
import { u16, vector8 } from './wire.ts';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

export function digestNamed(core: CryptoCore, name: string): DigestAlgorithm {
  const algorithm = core.findDigest(name);
  if (algorithm === undefined || algorithm === 'legacy') throw new TypeError(`No digest ${name}`);
  return algorithm;
}

export function hashOf(algorithm: DigestAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array {
  const digest = algorithm.create();
  for (const part of parts) digest.update(part);
  return digest.finish();
}

export function hmacOf(core: CryptoCore, algorithm: DigestAlgorithm, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = core.hmac(algorithm, key);
  for (const part of parts) mac.update(part);
  return mac.finish();
}

/** The messages of a handshake so far. Kept whole until the hash is known. */
export class Transcript {
  readonly #messages: Uint8Array[] = [];
  #digest: Digest | undefined;
  #algorithm: DigestAlgorithm | undefined;

  add(message: Uint8Array): void {
    this.#messages.push(message.slice());
    this.#digest?.update(message);
  }
  /** All messages one after the other. */
  get bytes(): Uint8Array {
    return concatBytes(...this.#messages);
  }
  /** With `more` behind them. */
  hash(algorithm: DigestAlgorithm, more: Uint8Array = EMPTY): Uint8Array {
    if (this.#algorithm !== algorithm) {
      this.#algorithm = algorithm;
      this.#digest = algorithm.create();
      for (const message of this.#messages) this.#digest.update(message);
    }
    const copy = this.#digest?.clone() ?? algorithm.create();
    copy.update(more);
    return copy.finish();
  }
  /** The messages are no longer needed one by one. */
  replace(message: Uint8Array): void {
    this.#messages.length = 0;
    this.#digest = undefined;
    this.#algorithm = undefined;
    this.add(message);
  }
}

/** HKDF and the derivations of 1.3 under one hash. */
export class KeySchedule {
  readonly core: CryptoCore;
  readonly algorithm: DigestAlgorithm;
  #secret: Uint8Array;

  /** @param psk zeros where there is none */
  constructor(core: CryptoCore, hash: string, psk?: Uint8Array) {
    this.core = core;
    this.algorithm = digestNamed(core, hash);
    this.#secret = this.extract(this.zeros(), psk ?? this.zeros());
  }
  zeros(): Uint8Array {
    return new Uint8Array(this.algorithm.outputSize);
  }
  extract(salt: Uint8Array, input: Uint8Array): Uint8Array {
    return hmacOf(this.core, this.algorithm, salt, input);
  }
  /** HKDF-Expand-Label */
  expand(secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
    const info = concatBytes(u16(length), vector8(encoder.encode(`tls13 ${label}`)), vector8(context));
    const blocks: Uint8Array[] = [];
    let previous: Uint8Array = EMPTY;
    for (let counter = 1; blocks.length * this.algorithm.outputSize < length; counter++) {
      previous = hmacOf(this.core, this.algorithm, secret, previous, info, Uint8Array.of(counter));
      blocks.push(previous);
    }
    return concatBytes(...blocks).subarray(0, length);
  }
  /** Derive-Secret of the schedule's present secret, with the hash of a transcript. */
  derive(label: string, transcriptHash: Uint8Array): Uint8Array {
    return this.expand(this.#secret, label, transcriptHash, this.algorithm.outputSize);
  }
  /** On to the next of early, handshake and master secret. */
  advance(input: Uint8Array): void {
    this.#secret = this.extract(this.derive('derived', hashOf(this.algorithm)), input);
  }
  finishedMac(secret: Uint8Array, transcriptHash: Uint8Array): Uint8Array {
    const key = this.expand(secret, 'finished', EMPTY, this.algorithm.outputSize);
    return hmacOf(this.core, this.algorithm, key, transcriptHash);
  }
  protection(suite: CipherSuite, secret: Uint8Array): Protection {
    const key = this.expand(secret, 'key', EMPTY, suite.keyLength);
    return new Protection13(createAead(suite, key, this.core.aesBlock), this.expand(secret, 'iv', EMPTY, 12));
  }
  nextTrafficSecret(secret: Uint8Array): Uint8Array {
    return this.expand(secret, 'traffic upd', EMPTY, this.algorithm.outputSize);
  }
  /** TLS-Exporter (RFC 8446, 7.5). */
  export(exporterSecret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
    const secret = this.expand(exporterSecret, label, hashOf(this.algorithm), this.algorithm.outputSize);
    return this.expand(secret, 'exporter', hashOf(this.algorithm, context), length);
  }
}

/** P_hash under a label; before 1.2 that of two hashes, each under half of the secret (RFC 2246, section 5). */
export function prf(core: CryptoCore, hash: string, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  if (hash === 'md5-sha1') {
    const half = Math.ceil(secret.length / 2);
    const first = prf(core, 'md5', secret.subarray(0, half), label, seed, length);
    const second = prf(core, 'sha1', secret.subarray(secret.length - half), label, seed, length);
    return first.map((byte, index) => byte ^ (second[index] ?? 0));
  }
  const algorithm = digestNamed(core, hash);
  const whole = concatBytes(encoder.encode(label), seed);
  const blocks: Uint8Array[] = [];
  let a = whole;
  while (blocks.length * algorithm.outputSize < length) {
    a = hmacOf(core, algorithm, secret, a) as Uint8Array<ArrayBuffer>;
    blocks.push(hmacOf(core, algorithm, secret, a, whole));
  }
  return concatBytes(...blocks).subarray(0, length);
}

/** Both directions' protections of 1.2 and before. */
export function protections12(
  core: CryptoCore,
  suite: CipherSuite,
  master: Uint8Array,
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
  encryptThenMac: boolean,
  version: number,
): Readonly<Record<Role, Protection>> {
  const macLength = suite.mac === undefined ? 0 : digestNamed(core, suite.mac).outputSize;
  const ivLength = suite.mac !== undefined ? (version === TLS_1_0 ? 16 : 0) : suite.cipher === 'chacha20-poly1305' ? 12 : 4;
  const seed = concatBytes(randoms.server, randoms.client);
  const block = prf(core, suite.hash, master, 'key expansion', seed, 2 * (macLength + suite.keyLength + ivLength));
  let at = 0;
  const take = (size: number): Uint8Array => block.slice(at, (at += size));
  const macKeys = [take(macLength), take(macLength)];
  const keys = [take(suite.keyLength), take(suite.keyLength)];
  const ivs = [take(ivLength), take(ivLength)];
  const make = (index: 0 | 1): Protection => {
    const [macKey = EMPTY, key = EMPTY, iv = EMPTY] = [macKeys[index], keys[index], ivs[index]];
    if (suite.mac === undefined) return new ProtectionAead12(createAead(suite, key, core.aesBlock), iv);
    const info = core.findCipher(`aes-${8 * suite.keyLength}-cbc`);
    if (info === undefined) throw new TypeError('No AES in CBC');
    const keyed = core.hmac(digestNamed(core, suite.mac), macKey);
    return new ProtectionCbc({
      cipher: (vector, encrypting) => core.createCipherMode(info, key, vector, encrypting),
      mac: () => keyed.clone(),
      macLength,
      encryptThenMac,
      version,
      // 1.0 goes on from the record before (RFC 2246, 6.2.3.2).
      iv: version === TLS_1_0 ? iv : undefined,
      randomBytes: core.randomBytes,
    });
  };
  return { client: make(0), server: make(1) };
}
