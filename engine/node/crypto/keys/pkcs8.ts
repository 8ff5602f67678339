/** Private keys: PrivateKeyInfo (RFC 5958), PKCS #1's RSAPrivateKey (RFC 8017, A.1.2), SEC 1's ECPrivateKey (RFC 5915). */
import { bitString, context, der, DerError, DerReader, integer, octetString, readInteger, sequence } from '../asn1/der.ts';
import { type Curve, decodePoint, encodePoint, publicPoint, UNCOMPRESSED } from '../ec/curves.ts';
import { encodeCurve, readCurve } from '../ec/parameters.ts';
import { bigIntBytes, bitLength, bytesToBigInt, modPow } from '../math/integers.ts';
import { isOkp, OKP } from './okp.ts';
import { decodePqPrivate, encodePqPrivate } from './post-quantum.ts';
import { encodeKeyAlgorithm, readKeyAlgorithm } from './spki.ts';
import type { AsymmetricKey, EcKey, PqKey, RsaKey } from './types.ts';

export class NoPrivateKeyError extends Error {}

export function encodePkcs8(key: AsymmetricKey): Uint8Array {
  return sequence(integer(0), encodeKeyAlgorithm(key), octetString(encodePrivate(key)));
}

function encodePrivate(key: AsymmetricKey): Uint8Array {
  switch (key.type) {
    case 'rsa':
    case 'rsa-pss':
      return encodePkcs1Private(key);
    case 'ec':
      return encodeSec1(key, false);
    case 'dsa':
    case 'dh':
      return integer(required(key.x));
    default:
      return isOkp(key.type) ? octetString(required(key.private)) : encodePqPrivate(key as PqKey);
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new NoPrivateKeyError('The key is not private.');
  return value;
}

export function encodePkcs1Private(key: RsaKey): Uint8Array {
  const { d, p, q, dp, dq, qi } = required(key.private);
  return sequence(integer(0), ...[key.n, key.e, d, p, q, dp, dq, qi].map(integer));
}

export function decodePkcs1Private(bytes: Uint8Array, type: RsaKey['type'] = 'rsa'): RsaKey {
  const reader = DerReader.sequence(bytes);
  const version = reader.integer();
  const numbers = Array.from({ length: 8 }, () => reader.integer());
  if (version !== 0n) throw new DerError('invalid object encoding');
  const [n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qi = 0n] = numbers;
  return { type, n, e, private: { d, p, q, dp, dq, qi } };
}

/** Bytes of a private number of a curve. */
export function privateSize(curve: Curve): number {
  return Math.ceil(bitLength(curve.n) / 8);
}

export function encodeSec1(key: EcKey, withCurve: boolean): Uint8Array {
  return sequence(
    integer(1),
    octetString(bigIntBytes(required(key.d), privateSize(key.curve))),
    ...(withCurve ? [der(context(0), encodeCurve(key.curve, key.explicit))] : []),
    der(context(1), bitString(encodePoint(key.curve, key.x, key.y, UNCOMPRESSED))),
  );
}

export function decodeSec1(bytes: Uint8Array, outer?: { curve: Curve; explicit: boolean }): EcKey {
  const reader = DerReader.sequence(bytes);
  reader.integer();
  const d = bytesToBigInt(reader.octets());
  const parameters = reader.optional(context(0));
  const frame = parameters === undefined ? outer : readCurve(new DerReader(parameters.content));
  if (frame === undefined) throw new DerError('field missing');
  const bits = reader.optional(context(1));
  if (bits !== undefined) {
    const point = decodePoint(frame.curve, new DerReader(bits.content).bits());
    if (point === undefined) throw new DerError('invalid object encoding');
    return { type: 'ec', ...frame, ...point, d };
  }
  if (d === 0n || d >= frame.curve.n) throw new DerError('invalid object encoding');
  return { type: 'ec', ...frame, ...publicPoint(frame.curve, d), d };
}

export function decodePkcs8(bytes: Uint8Array): AsymmetricKey {
  const reader = DerReader.sequence(bytes);
  reader.integer();
  const frame = readKeyAlgorithm(reader.sequence());
  const content = reader.octets();
  switch (frame.type) {
    case 'rsa':
      return decodePkcs1Private(content);
    case 'rsa-pss':
      return { ...decodePkcs1Private(content, 'rsa-pss'), pss: frame.pss };
    case 'ec':
      return decodeSec1(content, frame);
    case 'dsa':
    case 'dh': {
      const x = readInteger(DerReader.element(content));
      return { ...frame, x, y: modPow(frame.g, x, frame.p) };
    }
    default: {
      if (!isOkp(frame.type)) return decodePqPrivate(frame.type, content);
      const secret = new DerReader(content).octets();
      if (secret.length !== OKP[frame.type].size) throw new DerError('invalid object encoding');
      return { type: frame.type, private: secret.slice(), public: OKP[frame.type].publicKey(secret) };
    }
  }
}
