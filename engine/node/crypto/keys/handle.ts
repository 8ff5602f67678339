/** What `KeyObjectHandle` does for asymmetric keys. Stands for KeyObjectHandle (src/crypto/crypto_keys.cc). */
import { type CryptoCore, KEY_PRIVATE, KEY_PUBLIC, type KeyData } from '../core.ts';
import { isOnCurve, publicPoint } from '../ec/curves.ts';
import { bigIntBytes, bitLength } from '../math/integers.ts';
import { encryptionOf, writePrivateKey, writePublicKey } from './export.ts';
import type { KeyReader } from './import.ts';
import { type KeyArguments } from './import.ts';
import { exportJwk } from './jwk.ts';
import { ecPrivateRaw, ecPublicRaw, rawPrivateKey, rawPublicKey, rawSeed } from './raw.ts';
import { encodeSpki } from './spki.ts';
import type { AsymmetricKey } from './types.ts';

type AsymmetricData = Extract<KeyData, { readonly key: AsymmetricKey }>;

export class AsymmetricHandles {
  readonly #core: CryptoCore;
  readonly #reader: KeyReader;

  constructor(core: CryptoCore, reader: KeyReader) {
    this.#core = core;
    this.#reader = reader;
  }

  init(type: typeof KEY_PUBLIC | typeof KEY_PRIVATE, args: KeyArguments): KeyData {
    const key = type === KEY_PRIVATE ? this.#reader.readPrivate(args) : this.#reader.readAny(args);
    return { type, key };
  }

  export(data: AsymmetricData, [format, type, cipher, passphrase]: readonly unknown[]): string | Uint8Array {
    if (data.type === KEY_PUBLIC) return writePublicKey(this.#core, data.key, Number(format), Number(type));
    return writePrivateKey(this.#core, data.key, Number(format), Number(type), encryptionOf(cipher, passphrase));
  }

  exportJwk(data: AsymmetricData, target: Record<string, unknown>, handlePss: boolean): Record<string, unknown> {
    return exportJwk(this.#core, target, data.key, data.type === KEY_PRIVATE, handlePss);
  }

  rawPublicKey({ key }: AsymmetricData): Uint8Array {
    return this.#buffer(rawPublicKey(this.#core, key));
  }
  rawPrivateKey({ key }: AsymmetricData): Uint8Array {
    return this.#buffer(rawPrivateKey(this.#core, key));
  }
  rawSeed({ key }: AsymmetricData): Uint8Array {
    return this.#buffer(rawSeed(this.#core, key));
  }
  exportECPublicRaw({ key }: AsymmetricData, form: number): Uint8Array {
    return this.#buffer(ecPublicRaw(this.#core, key, form));
  }
  exportECPrivateRaw({ key }: AsymmetricData): Uint8Array {
    return this.#buffer(ecPrivateRaw(this.#core, key));
  }

  #buffer(bytes: Uint8Array): Uint8Array {
    return this.#core.environment.buffer(bytes.slice());
  }

  keyDetail({ key }: AsymmetricData, target: Record<string, unknown>): Record<string, unknown> {
    switch (key.type) {
      case 'rsa':
      case 'rsa-pss': {
        const { pss } = key;
        return Object.assign(
          target,
          { modulusLength: bitLength(key.n), publicExponent: bigIntBytes(key.e).slice().buffer },
          pss === undefined ? {} : { hashAlgorithm: pss.hash, mgf1HashAlgorithm: pss.mgf1Hash, saltLength: pss.saltLength },
        );
      }
      case 'dsa':
        return Object.assign(target, { modulusLength: bitLength(key.p), divisorLength: bitLength(key.q) });
      case 'ec':
        return key.curve.name === undefined ? target : Object.assign(target, { namedCurve: key.curve.name });
      default:
        return target;
    }
  }

  /** EVP_PKEY_eq compares parameters and public halves. */
  equals(one: AsymmetricData, other: AsymmetricData): boolean {
    if (one.key.type !== other.key.type) return false;
    const [a, b] = [comparable(one.key), comparable(other.key)];
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  }

  checkEcKeyData({ key, type }: AsymmetricData): boolean {
    if (key.type !== 'ec' || !isOnCurve(key.curve, key.x, key.y)) return false;
    if (type !== KEY_PRIVATE) return true;
    const { d = 0n, curve } = key;
    if (d < 1n || d >= curve.n) return false;
    const { x, y } = publicPoint(curve, d);
    return x === key.x && y === key.y;
  }
}

/** The public key without what does not count. */
function comparable(key: AsymmetricKey): Uint8Array {
  if (key.type === 'rsa-pss') return encodeSpki({ ...key, pss: undefined });
  if (key.type === 'dh') return encodeSpki({ ...key, length: undefined });
  return encodeSpki(key.type === 'ec' ? { ...key, explicit: key.curve.name === undefined } : key);
}
