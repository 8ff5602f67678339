/** `publicEncrypt` and its three relatives, and RSA-OAEP of WebCrypto. Stands for PublicKeyCipher (src/crypto/crypto_cipher.cc) and RSACipherJob (crypto_rsa.cc). */
import { type KeyArguments, type KeyReader } from '../keys/import.ts';
import { viewBytes } from '../bytes.ts';
import type { CryptoCore } from '../core.ts';
import type { DigestAlgorithm } from '../digest.ts';
import { errorText, libraryError } from '../errors.ts';
import type { AsymmetricKey, RsaKey } from '../keys/types.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import { hashOf, padOaep, padType1, padType2, PKCS1_OVERHEAD, rejectedMessage, unpadOaep, unpadType1, unpadType2 } from './padding.ts';
import { modulusSize, privateOperation, publicOperation } from './raw.ts';
import { NO_PADDING, OAEP_PADDING, PKCS1_PADDING, PSS_PADDING, SIGNATURE_FAILURE, X931_PADDING } from './signature.ts';

type Source = ArrayBufferView | ArrayBuffer;
type Stack = readonly string[] | undefined;

const rsaError = (reason: string, code: string, stack?: Stack): Error => libraryError('rsa', reason, code, stack);
const nothing = (): Error => new Error('error:00000000:lib(0)::reason(0)');
const illegalPadding = (): Error => libraryError('provider', 'illegal or unsupported padding mode', '000A5');
const unsupportedKeyType = (): Error => libraryError('evp', 'operation not supported for this keytype', '00096');

interface Oaep {
  readonly hash: DigestAlgorithm;
  readonly mgf1Hash: DigestAlgorithm;
  readonly label: Uint8Array;
}

function requireRsa(key: AsymmetricKey, otherwise: () => Error): RsaKey {
  if (key.type === 'rsa') return key;
  if (key.type === 'rsa-pss') throw libraryError('provider', 'operation not supported for this keytype', '000B2');
  throw otherwise();
}

/** The block as a number below the modulus. */
function asNumber(key: RsaKey, block: Uint8Array, stack?: Stack): bigint {
  const value = bytesToBigInt(block);
  if (value >= key.n) throw rsaError('data too large for modulus', '00084', stack);
  return value;
}

function requirePrivate(key: RsaKey, stack: Stack): void {
  if (key.private === undefined) throw rsaError('missing private key', '000B3', stack);
}

function checkWhole(data: Uint8Array, size: number, stack?: Stack): Uint8Array {
  if (data.length > size) throw rsaError('data too large for key size', '0006E', stack);
  if (data.length < size) throw rsaError('data too small for key size', '0007A', stack);
  return data;
}

export function encrypt(core: CryptoCore, key: RsaKey, data: Uint8Array, padding: number, oaep: Oaep): Uint8Array {
  const size = modulusSize(key);
  let block: Uint8Array;
  switch (padding) {
    case NO_PADDING:
      block = checkWhole(data, size);
      break;
    case PKCS1_PADDING:
      if (data.length > size - PKCS1_OVERHEAD) throw rsaError('data too large for key size', '0006E');
      block = padType2(data, size, core.randomBytes);
      break;
    case OAEP_PADDING:
      if (data.length > size - 2 * oaep.hash.outputSize - 2) throw rsaError('data too large for key size', '0006E');
      block = padOaep(data, size, oaep, core.randomBytes);
      break;
    case PSS_PADDING:
      throw nothing();
    default:
      throw rsaError('unknown padding type', '00076');
  }
  return bigIntBytes(publicOperation(key, asNumber(key, block)), size);
}

export function decrypt(core: CryptoCore, key: RsaKey, data: Uint8Array, padding: number, oaep: Oaep): Uint8Array {
  const size = modulusSize(key);
  if (padding === PSS_PADDING) throw nothing();
  const stack = padding === OAEP_PADDING ? [errorText('provider', 'failed to decrypt', '000A2')] : undefined;
  if (data.length > size) throw rsaError('data greater than mod len', '0006C', stack);
  if (data.length === 0) throw rsaError('data too small', '0006F', stack);
  requirePrivate(key, stack);
  const block = bigIntBytes(privateOperation(key, asNumber(key, data, stack), core.randomBytes), size);
  switch (padding) {
    case NO_PADDING:
      return block;
    case PKCS1_PADDING:
      return unpadType2(block) ?? rejected(core, key, data, size);
    case OAEP_PADDING: {
      const message = unpadOaep(block, oaep);
      if (message === undefined) throw rsaError('oaep decoding error', '00079');
      return message;
    }
    default:
      throw rsaError('unknown padding type', '00076');
  }
}

function rejected(core: CryptoCore, key: RsaKey, data: Uint8Array, size: number): Uint8Array {
  const sha256 = core.findDigest('sha256');
  if (sha256 === undefined || sha256 === 'legacy') throw nothing();
  const secret = hashOf(sha256, bigIntBytes(key.private?.d ?? 0n, size));
  const padded = new Uint8Array(size);
  padded.set(data, size - data.length);
  const outer = core.hmac(sha256, secret);
  outer.update(padded);
  const derived = outer.finish();
  return rejectedMessage(() => core.hmac(sha256, derived), size);
}

/** `privateEncrypt`: a signature of data as it is. */
function signBare(core: CryptoCore, key: RsaKey, data: Uint8Array, padding: number): Uint8Array {
  const size = modulusSize(key);
  const stack = [...SIGNATURE_FAILURE];
  let block: Uint8Array;
  if (padding === NO_PADDING) block = checkWhole(data, size, stack);
  else if (padding === PKCS1_PADDING) {
    if (data.length > size - PKCS1_OVERHEAD) throw rsaError('data too large for key size', '0006E', stack);
    block = padType1(data, size);
  } else throw barePaddingError(padding, true);
  requirePrivate(key, stack);
  return bigIntBytes(privateOperation(key, asNumber(key, block, stack), core.randomBytes), size);
}

/** `publicDecrypt`: the data of such a signature. */
function recoverBare(key: RsaKey, data: Uint8Array, padding: number): Uint8Array {
  const size = modulusSize(key);
  const stack = [...SIGNATURE_FAILURE];
  if (padding !== NO_PADDING && padding !== PKCS1_PADDING) throw barePaddingError(padding, false);
  if (data.length > size) throw rsaError('data greater than mod len', '0006C', stack);
  const block = bigIntBytes(publicOperation(key, asNumber(key, data, stack)), size);
  if (padding === NO_PADDING) return block;
  const message = unpadType1(block);
  if (message instanceof Uint8Array) return message;
  const codes = {
    'invalid padding': '0008A',
    'block type is not 01': '0006A',
    'bad fixed header decrypt': '00066',
    'null before block missing': '00071',
  };
  throw rsaError(message, codes[message], [...stack, errorText('rsa', 'padding check failed', '00072')]);
}

function barePaddingError(padding: number, signing: boolean): Error {
  if (padding === X931_PADDING) return libraryError('provider', 'invalid x931 digest', '000AA');
  if (padding !== PSS_PADDING || !signing) return illegalPadding();
  return libraryError('provider', 'invalid digest length', '000A6', [errorText('evp', 'provider signature failure', '000EA')]);
}

export function createRsaFunctions(core: CryptoCore, reader: KeyReader) {
  const { environment } = core;
  const digestNamed = (name: unknown): DigestAlgorithm => {
    const algorithm = core.findDigest(typeof name === 'string' ? name : 'sha1');
    if (algorithm === undefined || algorithm === 'legacy')
      throw environment.codedError('Error', 'ERR_OSSL_EVP_INVALID_DIGEST', 'Invalid digest used');
    return algorithm;
  };
  /** The arguments behind the key's: data, padding, OAEP hash, OAEP label. */
  const operands = (args: readonly unknown[]) => {
    const [data, padding, hashName, label] = args.slice(5);
    const hash = digestNamed(hashName);
    const labelBytes = label === undefined ? new Uint8Array(0) : viewBytes(label as Source);
    return { data: viewBytes(data as Source), padding: Number(padding) >>> 0, oaep: { hash, mgf1Hash: hash, label: labelBytes } };
  };
  // Public keys are taken for private operations as well, which then fail.
  const keyOf = (args: readonly unknown[]): AsymmetricKey => reader.readAny(args as unknown as KeyArguments);

  return {
    publicEncrypt(...args: readonly unknown[]): Uint8Array {
      const key = keyOf(args);
      const { data, padding, oaep } = operands(args);
      return environment.buffer(encrypt(core, requireRsa(key, unsupportedKeyType), data, padding, oaep));
    },
    privateDecrypt(...args: readonly unknown[]): Uint8Array {
      const key = keyOf(args);
      const { data, padding, oaep } = operands(args);
      return environment.buffer(decrypt(core, requireRsa(key, unsupportedKeyType), data, padding, oaep).slice());
    },
    privateEncrypt(...args: readonly unknown[]): Uint8Array {
      const key = keyOf(args);
      const { data, padding } = operands(args);
      if (key.type === 'rsa-pss') throw illegalPadding();
      const otherwise = key.type === 'dh' || key.type === 'x25519' || key.type === 'x448' ? unsupportedKeyType : nothing;
      return environment.buffer(signBare(core, requireRsa(key, otherwise), data, padding));
    },
    publicDecrypt(...args: readonly unknown[]): Uint8Array {
      const key = keyOf(args);
      const { data, padding } = operands(args);
      const exchange = key.type === 'dh' || key.type === 'x25519' || key.type === 'x448';
      const otherwise = exchange ? unsupportedKeyType : () => libraryError('evp', 'provider signature not supported', '000ED');
      return environment.buffer(recoverBare(requireRsa(key, otherwise), data, padding).slice());
    },
    /** RSACipherJob's arguments behind the mode: `[direction, key, data, variant, hash, label]`; variant 2 is OAEP, the only one that comes. */
    configureRsaCipher(args: readonly unknown[]): () => unknown {
      const [direction, handle, data, , hashName, label] = args;
      const found = core.keyData(handle);
      if (found === undefined || found.type === 0) throw nothing();
      const key = requireRsa(found.key, unsupportedKeyType);
      const hash = digestNamed(hashName);
      const input = viewBytes(data as Source).slice();
      const oaep = { hash, mgf1Hash: hash, label: label === undefined ? new Uint8Array(0) : viewBytes(label as Source).slice() };
      const run = direction === 0 ? encrypt : decrypt;
      return () => run(core, key, input, OAEP_PADDING, oaep).slice().buffer;
    },
  };
}
