/** JSON Web Keys (RFC 7518, RFC 8037). Stands for ImportJWK* and ExportJWK* of crypto_keys.cc, crypto_rsa.cc and crypto_ec.cc. */
import { decodeBase64, encodeBase64 } from '../asn1/pem.ts';
import type { CryptoCore } from '../core.ts';
import { curveByName, isOnCurve } from '../ec/curves.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import { isOkp, OKP, OKP_TYPES } from './okp.ts';
import { privateSize } from './pkcs8.ts';
import { isPq, PQ, pqAlgorithm, pqFromPrivate, pqFromSeed } from './post-quantum.ts';
import { type AsymmetricKey, type EcKey, hasPrivate, type OkpKey, type PqKey, type RsaKey } from './types.ts';

type Jwk = Record<string, unknown>;

/** Curves that have a name in JWK, by OpenSSL's. */
const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp256k1: 'secp256k1',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export function base64url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** As Node's own decoder does, characters that do not belong are skipped. */
export function fromBase64url(text: string): Uint8Array {
  const clean = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^A-Za-z0-9+/]/g, '');
  return decodeBase64(clean.slice(0, clean.length % 4 === 1 ? -1 : undefined));
}

export function exportJwk(core: CryptoCore, target: Jwk, key: AsymmetricKey, isPrivate: boolean, handlePss: boolean): Jwk {
  switch (key.type) {
    case 'rsa':
      return exportRsa(target, key, isPrivate);
    case 'rsa-pss':
      if (handlePss) return exportRsa(target, key, isPrivate);
      break;
    case 'ec':
      return exportEc(core, target, key, isPrivate);
    case 'dsa':
    case 'dh':
      break;
    default:
      return isOkp(key.type) ? exportOkp(target, key as OkpKey, isPrivate) : exportPq(core, target, key as PqKey, isPrivate);
  }
  throw core.environment.codedError('Error', 'ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE', 'Unsupported JWK Key Type.');
}

function exportOkp(target: Jwk, key: OkpKey, isPrivate: boolean): Jwk {
  const secret = isPrivate && key.private !== undefined ? { d: base64url(key.private) } : {};
  return Object.assign(target, { crv: OKP[key.type].curve }, secret, { x: base64url(key.public), kty: 'OKP' });
}

/** A private key is its seed, where it is known by one. */
function exportPq(core: CryptoCore, target: Jwk, key: PqKey, isPrivate: boolean): Jwk {
  const { name, seedSize } = pqAlgorithm(key.type);
  const secret = seedSize > 0 ? key.seed : key.private;
  if (isPrivate && secret === undefined) {
    throw core.environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', 'key does not have an available seed');
  }
  const priv = isPrivate && secret !== undefined ? { priv: base64url(secret) } : {};
  return Object.assign(target, priv, { kty: 'AKP', alg: name, pub: base64url(key.public) });
}

function exportRsa(target: Jwk, key: RsaKey, isPrivate: boolean): Jwk {
  const text = (value: bigint): string => base64url(bigIntBytes(value));
  Object.assign(target, { kty: 'RSA', n: text(key.n), e: text(key.e) });
  if (!isPrivate || key.private === undefined) return target;
  const { d, p, q, dp, dq, qi } = key.private;
  return Object.assign(target, { d: text(d), p: text(p), q: text(q), dp: text(dp), dq: text(dq), qi: text(qi) });
}

function exportEc(core: CryptoCore, target: Jwk, { curve, x, y, d }: EcKey, isPrivate: boolean): Jwk {
  const coordinates = { kty: 'EC', x: base64url(bigIntBytes(x, curve.size)), y: base64url(bigIntBytes(y, curve.size)) };
  const crv = CURVE_NAMES[curve.name ?? ''];
  if (crv === undefined) {
    const message = `Unsupported JWK EC curve: ${curve.name ?? 'undefined'}.`;
    throw core.environment.codedError('Error', 'ERR_CRYPTO_JWK_UNSUPPORTED_CURVE', message);
  }
  const secret = isPrivate && d !== undefined ? { d: base64url(bigIntBytes(d, privateSize(curve))) } : {};
  return Object.assign(target, coordinates, { crv }, secret);
}

/** @param isPrivate a private key is wanted */
export function importJwk(core: CryptoCore, jwk: Jwk, isPrivate: boolean): AsymmetricKey {
  const invalid = (message: string): Error => core.environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_JWK', message);
  const { kty } = jwk;
  if (typeof kty !== 'string') throw invalid('Invalid JWK format');
  const key = importKind(core, jwk, kty, invalid);
  if (isPrivate && !hasPrivate(key)) throw invalid('JWK does not contain private key material');
  return key;
}

type Invalid = (message: string) => Error;

function importKind(core: CryptoCore, jwk: Jwk, kty: string, invalid: Invalid): AsymmetricKey {
  switch (kty) {
    case 'RSA':
      return importRsa(jwk, invalid);
    case 'EC':
      return importEc(core, jwk, invalid);
    case 'AKP':
      return importPq(jwk, invalid);
    case 'OKP':
      return importOkp(jwk, invalid);
    default:
      throw invalid(`${kty} is not a supported JWK key type`);
  }
}

function importRsa(jwk: Jwk, invalid: Invalid): RsaKey {
  const number = (name: string): bigint => {
    const value = jwk[name];
    if (typeof value !== 'string') throw invalid('Invalid JWK RSA key');
    return bytesToBigInt(fromBase64url(value));
  };
  const [n, e] = [number('n'), number('e')];
  if (jwk.d === undefined) return { type: 'rsa', n, e };
  return {
    type: 'rsa',
    n,
    e,
    private: { d: number('d'), p: number('p'), q: number('q'), dp: number('dp'), dq: number('dq'), qi: number('qi') },
  };
}

function importEc(core: CryptoCore, { crv, x, y, d }: Jwk, invalid: Invalid): EcKey {
  if (typeof crv !== 'string' || typeof x !== 'string' || typeof y !== 'string' || (d !== undefined && typeof d !== 'string')) {
    throw invalid('Invalid JWK EC key');
  }
  const curve = curveByName(crv);
  if (curve === undefined) throw core.environment.codedError('TypeError', 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
  const point = { x: bytesToBigInt(fromBase64url(x)), y: bytesToBigInt(fromBase64url(y)) };
  if (!isOnCurve(curve, point.x, point.y)) throw invalid('Invalid JWK EC key');
  const secret = d === undefined ? {} : { d: bytesToBigInt(fromBase64url(d)) };
  return { type: 'ec', curve, explicit: false, ...point, ...secret };
}

function importOkp({ crv, x, d }: Jwk, invalid: Invalid): OkpKey {
  const type = OKP_TYPES.find((each) => OKP[each].curve === crv);
  if (type === undefined || typeof x !== 'string' || (d !== undefined && typeof d !== 'string')) throw invalid('Invalid JWK OKP key');
  const bytes = fromBase64url(d ?? x);
  if (bytes.length !== OKP[type].size) throw invalid('Invalid JWK OKP key');
  return d === undefined ? { type, public: bytes } : { type, private: bytes, public: OKP[type].publicKey(bytes) };
}

function importPq({ alg, pub, priv }: Jwk, invalid: Invalid): PqKey {
  const type = [...PQ].find(([, { name }]) => name === alg)?.[0];
  if (type === undefined || !isPq(type)) throw invalid('Unsupported JWK AKP "alg"');
  if (typeof pub !== 'string' || (priv !== undefined && typeof priv !== 'string')) throw invalid('Invalid JWK AKP key');
  const { publicSize, seedSize, privateSize: size } = pqAlgorithm(type);
  const bytes = fromBase64url(pub);
  if (bytes.length !== publicSize) throw invalid('Invalid JWK AKP key');
  if (priv === undefined) return { type, public: bytes };
  const secret = fromBase64url(priv);
  if (secret.length !== (seedSize > 0 ? seedSize : size)) throw invalid('Invalid JWK AKP key');
  const key = seedSize > 0 ? pqFromSeed(type, secret) : pqFromPrivate(type, secret);
  if (key.public.some((byte, index) => byte !== bytes[index])) throw invalid('Invalid JWK AKP key');
  return key;
}
