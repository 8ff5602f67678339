/** Curves in keys: a name, or all parameters (SEC 1, appendix C.2). */
import { BINARY_FIELD, PRIME_FIELD } from '../asn1/algorithms.ts';
import { bitString, DerError, type DerReader, integer, OBJECT_IDENTIFIER, octetString, oid, sequence, SEQUENCE } from '../asn1/der.ts';
import { bigIntBytes, bytesToBigInt } from '../math/integers.ts';
import { NotImplementedError } from '../../dump.ts';
import { type Curve, curveByOid, curveByParameters, decodePoint, encodePoint, UNCOMPRESSED } from './curves.ts';

export function encodeCurve(curve: Curve, explicit: boolean): Uint8Array {
  if (!explicit && curve.oid !== undefined) return oid(curve.oid);
  const { p, a, b, seed, size, n, h, gx, gy } = curve;
  const seedBytes = seed === '' ? [] : [bitString(bigIntBytes(BigInt(`0x${seed}`), seed.length / 2))];
  return sequence(
    integer(1),
    sequence(oid(PRIME_FIELD), integer(p)),
    sequence(octetString(bigIntBytes(a, size)), octetString(bigIntBytes(b, size)), ...seedBytes),
    octetString(encodePoint(curve, gx, gy, UNCOMPRESSED)),
    integer(n),
    integer(h),
  );
}

export function readCurve(reader: DerReader): { curve: Curve; explicit: boolean } {
  if (reader.tag === OBJECT_IDENTIFIER) {
    const id = reader.oid();
    const curve = curveByOid(id);
    if (curve === undefined) throw new NotImplementedError(`crypto: the elliptic curve ${id}`);
    return { curve, explicit: false };
  }
  if (reader.tag !== SEQUENCE) throw new DerError('wrong tag');
  const parameters = reader.sequence();
  parameters.integer();
  const field = parameters.sequence();
  const kind = field.oid();
  if (kind === BINARY_FIELD) throw new NotImplementedError('crypto: elliptic curves over binary fields');
  const p = field.integer();
  const coefficients = parameters.sequence();
  const [a, b] = [bytesToBigInt(coefficients.octets()), bytesToBigInt(coefficients.octets())];
  const base = parameters.octets();
  const n = parameters.integer();
  const h = parameters.done ? 1n : parameters.integer();
  const bare = { p, a, b, gx: 0n, gy: 0n, n, h };
  const generator = decodePoint(curveByParameters(bare), base);
  if (generator === undefined) throw new DerError('invalid object encoding');
  return { curve: curveByParameters({ ...bare, gx: generator.x, gy: generator.y }), explicit: true };
}
