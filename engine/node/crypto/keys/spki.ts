/** Public keys: SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) and PKCS #1's RSAPublicKey (RFC 8017, A.1.1). */
import { DH, DHX, DSA, EC_PUBLIC_KEY, OKP_OIDS, RSA_ENCRYPTION, RSASSA_PSS } from '../asn1/algorithms.ts';
import { bitString, DerError, type DerReader, DerReader as Reader, integer, nullValue, oid, readInteger, sequence } from '../asn1/der.ts';
import { decodePoint, encodePoint, UNCOMPRESSED } from '../ec/curves.ts';
import { encodeCurve, readCurve } from '../ec/parameters.ts';
import { isOkp, OKP } from './okp.ts';
import { isPq, PQ, pqAlgorithm } from './post-quantum.ts';
import { encodePssParameters, readPssParameters } from './pss.ts';
import type { AsymmetricKey, DhKey, OkpType, PqType, RsaKey } from './types.ts';

/** The AlgorithmIdentifier of a key, which its private form has too. */
export function encodeKeyAlgorithm(key: AsymmetricKey): Uint8Array {
  switch (key.type) {
    case 'rsa':
      return sequence(oid(RSA_ENCRYPTION), nullValue());
    case 'rsa-pss':
      return sequence(oid(RSASSA_PSS), ...(key.pss === undefined ? [] : [encodePssParameters(key.pss)]));
    case 'ec':
      return sequence(oid(EC_PUBLIC_KEY), encodeCurve(key.curve, key.explicit));
    case 'dsa':
      return sequence(oid(DSA), sequence(integer(key.p), integer(key.q), integer(key.g)));
    case 'dh':
      return key.q === undefined || key.length !== undefined
        ? sequence(oid(DH), sequence(integer(key.p), integer(key.g), ...(key.length === undefined ? [] : [integer(key.length)])))
        : sequence(oid(DHX), sequence(integer(key.p), integer(key.g), integer(key.q)));
    default:
      return sequence(oid(isOkp(key.type) ? OKP_OIDS[key.type] : pqAlgorithm(key.type).oid));
  }
}

export function encodeSpki(key: AsymmetricKey): Uint8Array {
  return sequence(encodeKeyAlgorithm(key), bitString(encodePublicBits(key)));
}

function encodePublicBits(key: AsymmetricKey): Uint8Array {
  switch (key.type) {
    case 'rsa':
    case 'rsa-pss':
      return encodePkcs1Public(key);
    case 'ec':
      return encodePoint(key.curve, key.x, key.y, UNCOMPRESSED);
    case 'dsa':
    case 'dh':
      return integer(key.y);
    default:
      return key.public;
  }
}

export function encodePkcs1Public({ n, e }: RsaKey): Uint8Array {
  return sequence(integer(n), integer(e));
}

export function decodePkcs1Public(bytes: Uint8Array, type: RsaKey['type'] = 'rsa'): RsaKey {
  const reader = Reader.sequence(bytes);
  return { type, n: reader.integer(), e: reader.integer() };
}

export function decodeSpki(bytes: Uint8Array): AsymmetricKey {
  const reader = Reader.sequence(bytes);
  const algorithm = reader.sequence();
  const bits = reader.bits();
  return withPublic(readKeyAlgorithm(algorithm), bits);
}

/** A key's kind and parameters without its numbers. */
export type KeyFrame =
  | { readonly type: 'rsa' }
  | { readonly type: 'rsa-pss'; readonly pss: RsaKey['pss'] }
  | ({ readonly type: 'ec' } & ReturnType<typeof readCurve>)
  | { readonly type: 'dsa'; readonly p: bigint; readonly q: bigint; readonly g: bigint }
  | ({ readonly type: 'dh' } & Pick<DhKey, 'p' | 'g' | 'q' | 'length'>)
  | { readonly type: OkpType | PqType };

export function readKeyAlgorithm(reader: DerReader): KeyFrame {
  const id = reader.oid();
  switch (id) {
    case RSA_ENCRYPTION:
      return { type: 'rsa' };
    case RSASSA_PSS:
      return { type: 'rsa-pss', pss: reader.done ? undefined : readPssParameters(reader.sequence()) };
    case EC_PUBLIC_KEY:
      return { type: 'ec', ...readCurve(reader) };
    case DSA: {
      const parameters = reader.sequence();
      return { type: 'dsa', p: parameters.integer(), q: parameters.integer(), g: parameters.integer() };
    }
    case DH: {
      const parameters = reader.sequence();
      const [p, g] = [parameters.integer(), parameters.integer()];
      return { type: 'dh', p, g, length: parameters.done ? undefined : Number(parameters.integer()) };
    }
    case DHX: {
      const parameters = reader.sequence();
      return { type: 'dh', p: parameters.integer(), g: parameters.integer(), q: parameters.integer() };
    }
    default: {
      const okp = Object.entries(OKP_OIDS).find(([, known]) => known === id)?.[0];
      const type = okp ?? [...PQ].find(([, algorithm]) => algorithm.oid === id)?.[0];
      if (type === undefined || !(isOkp(type) || isPq(type))) throw new UnknownAlgorithmError(id);
      return { type };
    }
  }
}

/** No kind of key that is known (OpenSSL: DECODER routines::unsupported). */
export class UnknownAlgorithmError extends Error {}

function publicSize(type: OkpType | PqType): number {
  return isOkp(type) ? OKP[type].size : pqAlgorithm(type).publicSize;
}

function withPublic(frame: KeyFrame, bits: Uint8Array): AsymmetricKey {
  switch (frame.type) {
    case 'rsa':
      return decodePkcs1Public(bits);
    case 'rsa-pss':
      return { ...decodePkcs1Public(bits, 'rsa-pss'), pss: frame.pss };
    case 'ec': {
      const point = decodePoint(frame.curve, bits);
      if (point === undefined) throw new DerError('invalid object encoding');
      return { ...frame, ...point };
    }
    case 'dsa':
    case 'dh':
      return { ...frame, y: readInteger(Reader.element(bits)) };
    default:
      if (bits.length !== publicSize(frame.type)) throw new DerError('invalid object encoding');
      return { type: frame.type, public: bits.slice() } as AsymmetricKey;
  }
}
