/** Keys as bare bytes (`raw-public`, `raw-private`). Stands for KeyObjectHandle's Raw* functions. */
import { viewBytes } from '../bytes.ts';
import type { CryptoCore } from '../core.ts';
import { curveByName, decodePoint, encodePoint, publicPoint } from '../ec/curves.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import type { KeyArguments } from './import.ts';
import { isPq, pqAlgorithm, pqFromPrivate, pqFromSeed } from './post-quantum.ts';
import { isOkp, OKP } from './okp.ts';
import { privateSize } from './pkcs8.ts';
import type { AsymmetricKey, EcKey, PqKey, PqType } from './types.ts';

/** Of KeyObjectHandle.init. */
const FORMAT_RAW_PUBLIC = 3;
const FORMAT_RAW_SEED = 5;

/** Kinds without a form of bare bytes. */
const WITHOUT_RAW = new Set(['rsa', 'rsa-pss', 'dsa', 'dh']);

function incompatible(core: CryptoCore): Error {
  return core.environment.codedError(
    'Error',
    'ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS',
    'The selected key encoding is incompatible with the key type',
  );
}

export function importRaw(core: CryptoCore, [data, format, type, , namedCurve]: KeyArguments, isPrivate: boolean): AsymmetricKey {
  const { environment } = core;
  const bytes = viewBytes(data as ArrayBufferView).slice();
  const invalid = (): Error => environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', 'Invalid key data');
  const name = String(type).toLowerCase();
  if (name === 'ec') {
    if (format === FORMAT_RAW_SEED) throw incompatible(core);
    const curve = curveByName(String(namedCurve));
    if (curve === undefined) throw environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
    if (!isPrivate) {
      const point = decodePoint(curve, bytes);
      if (point === undefined) throw invalid();
      return { type: 'ec', curve, explicit: false, ...point };
    }
    const d = bytesToBigInt(bytes);
    if (bytes.length !== privateSize(curve) || d === 0n || d >= curve.n) throw invalid();
    return { type: 'ec', curve, explicit: false, ...publicPoint(curve, d), d };
  }
  if (isPq(name)) return importRawPq(core, name, bytes, format, invalid);
  if (WITHOUT_RAW.has(name) || (isOkp(name) && format === FORMAT_RAW_SEED)) throw incompatible(core);
  if (!isOkp(name)) throw environment.codedError('TypeError', 'ERR_INVALID_ARG_VALUE', `Invalid asymmetricKeyType: ${String(type)}`);
  if (bytes.length !== OKP[name].size) throw invalid();
  return isPrivate ? { type: name, private: bytes, public: OKP[name].publicKey(bytes) } : { type: name, public: bytes };
}

function importRawPq(core: CryptoCore, type: PqType, bytes: Uint8Array, format: unknown, invalid: () => Error): PqKey {
  const { publicSize, privateSize: expanded, seedSize } = pqAlgorithm(type);
  const wanted = format === FORMAT_RAW_PUBLIC ? publicSize : format === FORMAT_RAW_SEED ? seedSize : seedSize > 0 ? 0 : expanded;
  if (wanted === 0) throw incompatible(core);
  if (bytes.length !== wanted) throw invalid();
  if (format === FORMAT_RAW_PUBLIC) return { type, public: bytes };
  return format === FORMAT_RAW_SEED ? pqFromSeed(type, bytes) : pqFromPrivate(type, bytes);
}

export function rawPublicKey(core: CryptoCore, key: AsymmetricKey): Uint8Array {
  if (!('public' in key)) throw incompatible(core);
  return key.public;
}

export function rawPrivateKey(core: CryptoCore, key: AsymmetricKey): Uint8Array {
  if (!('private' in key) || !(key.private instanceof Uint8Array)) throw incompatible(core);
  // Where there is a seed, it is the private key.
  if (isPq(key.type) && pqAlgorithm(key.type).seedSize > 0) throw incompatible(core);
  return key.private;
}

export function rawSeed(core: CryptoCore, key: AsymmetricKey): Uint8Array {
  if (!isPq(key.type) || pqAlgorithm(key.type).seedSize === 0) throw incompatible(core);
  const { seed } = key as PqKey;
  if (seed === undefined) throw core.environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', 'key does not have an available seed');
  return seed;
}

const asEc = (core: CryptoCore, key: AsymmetricKey): EcKey => {
  if (key.type !== 'ec') throw incompatible(core);
  return key;
};

export function ecPublicRaw(core: CryptoCore, key: AsymmetricKey, form: number): Uint8Array {
  const { curve, x, y } = asEc(core, key);
  return encodePoint(curve, x, y, form);
}

export function ecPrivateRaw(core: CryptoCore, key: AsymmetricKey): Uint8Array {
  const { curve, d } = asEc(core, key);
  if (d === undefined) throw incompatible(core);
  return bigIntBytes(d, privateSize(curve));
}
