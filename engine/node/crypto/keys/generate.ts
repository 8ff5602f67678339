/** Key pairs. Stands for the *KeyPairGenJob classes (src/crypto/crypto_keygen.h, crypto_rsa.cc, crypto_dsa.cc, crypto_ec.cc, crypto_dh.cc). */
import { viewBytes } from '../bytes.ts';
import { type CryptoCore, KEY_PRIVATE, KEY_PUBLIC } from '../core.ts';
import { DIVISOR_BITS, generateDsa } from '../dsa.ts';
import { generateDhKey, generateParameters, LEAST_BITS } from '../dh/exchange.ts';
import { GENERATOR, groupPrime } from '../dh/groups.ts';
import { publicPoint } from '../ec/curves.ts';
import { requireCurve } from '../ec/ecdh.ts';
import { errorText, jobError, libraryError } from '../errors.ts';
import { bitLength, bytesToBigInt } from '../math/integers.ts';
import { randomBelow } from '../prime.ts';
import { generateRsa } from '../rsa/generate.ts';
import { encryptionOf, writePrivateKey, writePublicKey } from './export.ts';
import { FORMAT_JWK } from './import.ts';
import { exportJwk } from './jwk.ts';
import { OKP, OKP_TYPES } from './okp.ts';
import { generatePq, isPq, PQ } from './post-quantum.ts';
import type { AsymmetricKey, PssParameters } from './types.ts';
import { NotImplementedError } from '../../dump.ts';
import { requireCipher } from './encryption.ts';

const JOB_WEBCRYPTO = 2;
const RSA_PSS = 1;
const EXPLICIT_CURVE = 0;

type Generate = () => AsymmetricKey;
/** Arguments of the kind and how many they are. */
type Configure = (args: readonly unknown[]) => readonly [generate: Generate, taken: number];

function rsa(core: CryptoCore, args: readonly unknown[], webcrypto: boolean): readonly [Generate, number] {
  const [variant, bits, exponent] = args as readonly [number, number, number];
  const isPss = variant === RSA_PSS && !webcrypto;
  const pss = isPss ? pssParameters(core, args.slice(3, 6)) : undefined;
  const e = BigInt(exponent);
  const generate = (): AsymmetricKey => {
    if (bits < 512) throw jobError('provider', 'key size too small', '000AB');
    if (e === 0n) throw new Error('Key generation job failed');
    if (e < 3n || (e & 1n) === 0n) throw jobError('rsa', 'pub exponent out of range', '000B2');
    const key = generateRsa(bits, e, core.randomBytes);
    return isPss ? { ...key, type: 'rsa-pss', pss } : key;
  };
  return [generate, isPss ? 6 : 3];
}

/** Hash, MGF1 hash and salt length; what is not given follows from the others. */
function pssParameters(core: CryptoCore, [hash, mgf1Hash, saltLength]: readonly unknown[]): PssParameters | undefined {
  const find = (name: unknown, what: string) => {
    if (name === undefined) return undefined;
    const algorithm = core.findDigest(String(name));
    if (algorithm === undefined || algorithm === 'legacy')
      throw core.environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_DIGEST', `Invalid ${what}: ${String(name)}`);
    return algorithm;
  };
  const main = find(hash, 'digest');
  const masking = find(mgf1Hash, 'MGF1 digest');
  if (main === undefined && masking === undefined && saltLength === undefined) return undefined;
  return {
    hash: main?.name ?? 'sha1',
    mgf1Hash: masking?.name ?? main?.name ?? 'sha1',
    saltLength: typeof saltLength === 'number' ? saltLength : (main?.outputSize ?? 20),
  };
}

function dsa(core: CryptoCore, [bits, divisor]: readonly unknown[]): readonly [Generate, number] {
  const size = Number(bits);
  const divisorBits = Number(divisor) < 0 ? 224 : Number(divisor);
  const generate = (): AsymmetricKey => {
    if (size < 512 || !DIVISOR_BITS.has(divisorBits)) throw jobError('evp', 'provider keymgmt failure', '000E9');
    if (size < 1024) throw jobError('dsa', 'bad ffc parameters', '00072');
    return generateDsa(size, divisorBits, core.randomBytes);
  };
  return [generate, 2];
}

function ec(core: CryptoCore, [name, encoding, ...formats]: readonly unknown[]): readonly [Generate, number] {
  // These curves have no object identifier by which a key could name them.
  if (String(name).startsWith('Oakley-') && (formats[0] !== undefined || formats[2] !== undefined)) {
    const unnameable = (): never => {
      throw libraryError('provider', 'missing OID', '000D1');
    };
    return [unnameable, 2];
  }
  const curve = requireCurve(core, String(name), true);
  const generate = (): AsymmetricKey => {
    const d = 1n + randomBelow(curve.n - 1n, core.randomBytes);
    return { type: 'ec', curve, explicit: encoding === EXPLICIT_CURVE, ...publicPoint(curve, d), d };
  };
  return [generate, 2];
}

function dh(core: CryptoCore, args: readonly unknown[]): readonly [Generate, number] {
  const [source, generator] = args;
  if (typeof source === 'string') {
    const p = groupPrime(source);
    if (p === undefined) throw core.environment.codedError('Error', 'ERR_CRYPTO_UNKNOWN_DH_GROUP', 'Unknown DH group');
    return [() => generateDhKey(p, GENERATOR, core.randomBytes), 1];
  }
  const g = BigInt(Number(generator));
  const tooSmall = (): Error => jobError('dh', 'modulus too small', '0007E');
  if (typeof source === 'number') {
    const generate = (): AsymmetricKey => {
      if (source < LEAST_BITS) throw tooSmall();
      if (g <= 1n) throw jobError('dh', 'bad generator', '00065', [errorText('dh', 'BN lib', '80003')]);
      return generateDhKey(generateParameters(source, g, core.randomBytes), g, core.randomBytes);
    };
    return [generate, 2];
  }
  const p = bytesToBigInt(viewBytes(source as ArrayBufferView));
  const generate = (): AsymmetricKey => {
    if (bitLength(p) < LEAST_BITS) throw tooSmall();
    return generateDhKey(p, g, core.randomBytes);
  };
  return [generate, 2];
}

function byNumber(core: CryptoCore, [nid]: readonly unknown[]): readonly [Generate, number] {
  const type = OKP_TYPES.find((each) => OKP[each].nid === nid);
  if (type === undefined) {
    const other = [...PQ].find(([, algorithm]) => algorithm.nid === nid)?.[0];
    if (other === undefined || !isPq(other)) throw new NotImplementedError(`crypto: keys of OpenSSL's type ${String(nid)}`);
    return [() => generatePq(other, core.randomBytes), 1];
  }
  const generate = (): AsymmetricKey => {
    const secret = core.randomBytes(OKP[type].size);
    if (type === 'x25519') clamp(secret, 0xf8, 0x7f, 0x40);
    if (type === 'x448') clamp(secret, 0xfc, 0xff, 0x80);
    return { type, private: secret, public: OKP[type].publicKey(secret) };
  };
  return [generate, 1];
}

/** RFC 7748, section 5: OpenSSL keeps keys in this form. */
function clamp(secret: Uint8Array, low: number, high: number, top: number): void {
  secret[0] = (secret[0] ?? 0) & low;
  secret[secret.length - 1] = ((secret.at(-1) ?? 0) & high) | top;
}

/** What is done with a generated key: handles, or encodings of both halves. */
function output(core: CryptoCore, args: readonly unknown[]): (key: AsymmetricKey) => unknown {
  const [publicFormat, publicType, privateFormat, privateType, cipher, passphrase] = args;
  const encryption = encryptionOf(cipher, passphrase);
  if (encryption !== undefined) requireCipher(core, encryption.cipher);
  const encode = (key: AsymmetricKey, isPrivate: boolean): unknown => {
    const format = isPrivate ? privateFormat : publicFormat;
    if (format === undefined) return core.createHandle({ type: isPrivate ? KEY_PRIVATE : KEY_PUBLIC, key });
    if (format === FORMAT_JWK) return exportJwk(core, {}, key, isPrivate, false);
    return isPrivate
      ? writePrivateKey(core, key, Number(format), Number(privateType), encryption)
      : writePublicKey(core, key, Number(format), Number(publicType));
  };
  return (key) => [encode(key, false), encode(key, true)];
}

/** WebCrypto's: `[algorithm, usages of the public key, of the private key, extractable]`. */
function cryptoKeys(core: CryptoCore, args: readonly unknown[]): (key: AsymmetricKey) => unknown {
  const [algorithm, publicUsages, privateUsages, extractable] = args;
  return (key) => ({
    publicKey: core.createCryptoKey(core.createHandle({ type: KEY_PUBLIC, key }), algorithm as object, Number(publicUsages), true),
    privateKey: core.createCryptoKey(
      core.createHandle({ type: KEY_PRIVATE, key }),
      algorithm as object,
      Number(privateUsages),
      extractable === true,
    ),
  });
}

export type KeyKind = 'rsa' | 'dsa' | 'ec' | 'dh' | 'nid';

/** @param args of the job's constructor behind the mode */
export function configureKeyPair(core: CryptoCore, kind: KeyKind, mode: number, args: readonly unknown[]): () => unknown {
  const webcrypto = mode === JOB_WEBCRYPTO;
  const kinds: Readonly<Record<KeyKind, Configure>> = {
    rsa: (given) => rsa(core, given, webcrypto),
    dsa: (given) => dsa(core, given),
    ec: (given) => ec(core, given),
    dh: (given) => dh(core, given),
    nid: (given) => byNumber(core, given),
  };
  const [generate, taken] = kinds[kind](args);
  const rest = args.slice(taken);
  const finish = webcrypto ? cryptoKeys(core, rest) : output(core, rest);
  return () => finish(generate());
}
