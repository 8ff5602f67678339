/** RSA signatures of digests: RSASSA-PKCS1-v1_5 and RSASSA-PSS, with OpenSSL's checks in OpenSSL's words (providers/implementations/signature/rsa_sig.c). */
import { DIGEST_OIDS } from '../asn1/algorithms.ts';
import { nullValue, octetString, oid, sequence } from '../asn1/der.ts';
import type { CryptoCore } from '../core.ts';
import type { DigestAlgorithm } from '../digest.ts';
import { errorText, libraryError } from '../errors.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import type { RsaKey } from '../keys/types.ts';
import { NotImplementedError } from '../../dump.ts';
import { checkPss, mostSalt, padPss, padType1, PKCS1_OVERHEAD, unpadType1 } from './padding.ts';
import { modulusBits, modulusSize, privateOperation, publicOperation } from './raw.ts';

export const PKCS1_PADDING = 1;
export const NO_PADDING = 3;
export const OAEP_PADDING = 4;
export const X931_PADDING = 5;
export const PSS_PADDING = 6;

/** RSA_PSS_SALTLEN_* */
const SALT_DIGEST = -1;
const SALT_AUTO = -2;
const SALT_MAX = -3;
const SALT_AUTO_DIGEST_MAX = -4;

export interface RsaSignOptions {
  readonly padding: number | undefined;
  readonly saltLength: number | undefined;
  readonly digest: DigestAlgorithm;
  /** The message was hashed by the same call, whose own entry OpenSSL adds to its error queue. */
  readonly oneShot?: boolean | undefined;
}

/** What OpenSSL reports above an error inside RSA itself. */
export const SIGNATURE_FAILURE = [
  errorText('evp', 'provider signature failure', '000EA'),
  'error:1C880004:Provider routines::RSA lib',
] as const;

const provider = (reason: string, code: string): Error => libraryError('provider', reason, code);

/** Digests that RSA may sign. */
const ALLOWED = new Set([...Object.keys(DIGEST_OIDS), 'md5-sha1']);

interface Scheme {
  readonly pss: boolean;
  /** Of PSS: as given, or what stands for it. */
  readonly saltLength: number;
  readonly mgf1Name: string;
}

/** Throws what OpenSSL says of options that do not go with the key. */
function schemeOf(key: RsaKey, { padding, saltLength, digest }: RsaSignOptions, signing: boolean): Scheme {
  if (!ALLOWED.has(digest.name)) throw provider('digest not allowed', '000AE');
  const restriction = key.pss;
  if (restriction !== undefined && restriction.hash !== digest.name) throw provider('digest not allowed', '000AE');
  const isPssKey = key.type === 'rsa-pss';
  const chosen = padding ?? (isPssKey ? PSS_PADDING : PKCS1_PADDING);
  if (isPssKey && chosen !== PSS_PADDING) throw provider('illegal or unsupported padding mode', '000A5');
  if (chosen === NO_PADDING) throw provider('invalid padding mode', '000A8');
  if (chosen === X931_PADDING) throw new NotImplementedError('crypto: RSA signatures with X9.31 padding');
  if (chosen !== PSS_PADDING && chosen !== PKCS1_PADDING) throw provider('illegal or unsupported padding mode', '000A5');
  const pss = chosen === PSS_PADDING;
  if (pss && saltLength !== undefined) checkSalt(saltLength, restriction?.saltLength, digest, signing);
  return {
    pss,
    saltLength: saltLength ?? restriction?.saltLength ?? SALT_AUTO_DIGEST_MAX,
    mgf1Name: restriction?.mgf1Hash ?? digest.name,
  };
}

function checkSalt(saltLength: number, least: number | undefined, digest: DigestAlgorithm, signing: boolean): void {
  if (saltLength < SALT_AUTO_DIGEST_MAX) throw provider('invalid salt length', '00070');
  if (least === undefined) return;
  const automatic = saltLength === SALT_AUTO || saltLength === SALT_AUTO_DIGEST_MAX;
  if (automatic && signing) throw provider('invalid salt length', '00070');
  const length = saltLength === SALT_DIGEST ? digest.outputSize : saltLength;
  if (length >= 0 && length < least) throw provider('pss saltlen too small', '000AC');
}

/** OpenSSL writes the identifier of the signature, not of the hash (crypto/rsa/rsa_sign.c). */
const SM3_WITH_RSA = '1.2.156.10197.1.504';

/** DigestInfo (RFC 8017, A.2.4); MD5 with SHA-1 is signed bare. */
function digestInfo(digest: DigestAlgorithm, hash: Uint8Array): Uint8Array {
  const id = digest.name === 'sm3' ? SM3_WITH_RSA : DIGEST_OIDS[digest.name];
  if (id === undefined) return hash;
  return sequence(sequence(oid(id), nullValue()), octetString(hash));
}

function mgf1Hash(core: CryptoCore, name: string): DigestAlgorithm {
  const algorithm = core.findDigest(name);
  if (algorithm === undefined || algorithm === 'legacy') throw provider('digest not allowed', '000AE');
  return algorithm;
}

/** @param hash of the message */
export function signRsa(core: CryptoCore, key: RsaKey, hash: Uint8Array, options: RsaSignOptions): Uint8Array {
  const { pss, saltLength, mgf1Name } = schemeOf(key, options, true);
  const { digest } = options;
  const [bits, size] = [modulusBits(key), modulusSize(key)];
  let block: Uint8Array;
  if (pss) {
    const most = mostSalt(bits, digest);
    const length = signingSalt(saltLength, most, digest);
    if (most < 0 || length > most) throw dataTooLarge();
    block = padPss(hash, bits, core.randomBytes(length), { hash: digest, mgf1Hash: mgf1Hash(core, mgf1Name) });
  } else {
    const info = digestInfo(digest, hash);
    if (info.length > size - PKCS1_OVERHEAD) {
      const [failure, library] = SIGNATURE_FAILURE;
      const own = errorText('rsa', 'digest too big for rsa key', '00070');
      throw libraryError('rsa', 'digest too big for rsa key', '00070', [
        failure,
        library,
        ...(options.oneShot === true ? [own, library] : []),
      ]);
    }
    block = padType1(info, size);
  }
  return bigIntBytes(privateOperation(key, bytesToBigInt(block), core.randomBytes), size);
}

function dataTooLarge(): Error {
  return libraryError('rsa', 'data too large for key size', '0006E', [...SIGNATURE_FAILURE]);
}

function signingSalt(saltLength: number, most: number, digest: DigestAlgorithm): number {
  switch (saltLength) {
    case SALT_DIGEST:
      return digest.outputSize;
    case SALT_AUTO:
    case SALT_MAX:
      return Math.max(most, 0);
    case SALT_AUTO_DIGEST_MAX:
      return Math.max(Math.min(most, digest.outputSize), 0);
    default:
      return saltLength;
  }
}

export function verifyRsa(core: CryptoCore, key: RsaKey, hash: Uint8Array, signature: Uint8Array, options: RsaSignOptions): boolean {
  const { pss, saltLength, mgf1Name } = schemeOf(key, options, false);
  const { digest } = options;
  const [bits, size] = [modulusBits(key), modulusSize(key)];
  if (signature.length !== size) return false;
  const value = bytesToBigInt(signature);
  if (value >= key.n) return false;
  const block = bigIntBytes(publicOperation(key, value), size);
  if (pss) {
    const most = mostSalt(bits, digest);
    const automatic = saltLength === SALT_AUTO || saltLength === SALT_AUTO_DIGEST_MAX;
    const wanted = automatic ? undefined : saltLength === SALT_MAX ? most : saltLength === SALT_DIGEST ? digest.outputSize : saltLength;
    return checkPss(hash, block, bits, wanted, { hash: digest, mgf1Hash: mgf1Hash(core, mgf1Name) });
  }
  const data = unpadType1(block);
  return data instanceof Uint8Array && sameBytes(data, digestInfo(digest, hash));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
