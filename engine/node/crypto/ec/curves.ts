/** Elliptic curves over prime fields, on @noble/curves. Stands for EC_GROUP. */
import { weierstrass, type WeierstrassPoint, type WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js';
import { bigIntBytes, bitLength, bytesToBigInt, mod, modPow } from '../math/integers.ts';
import { CURVE_ROWS } from './curve-parameters.ts';

export type Point = WeierstrassPoint<bigint>;

export interface Curve {
  /** OpenSSL's short name; undefined for explicit parameters that are no named curve's. */
  readonly name: string | undefined;
  readonly oid: string | undefined;
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly gx: bigint;
  readonly gy: bigint;
  readonly n: bigint;
  readonly h: bigint;
  /** Hexadecimal, '' for none. */
  readonly seed: string;
  /** Bytes of a coordinate. */
  readonly size: number;
  readonly points: () => WeierstrassPointCons<bigint>;
}

/** NIST's names of curves that OpenSSL has under others (EC_curve_nist2nid). */
const NIST_NAMES: Readonly<Record<string, string>> = {
  'P-192': 'prime192v1',
  'P-224': 'secp224r1',
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
};

type Parameters = Pick<Curve, 'p' | 'a' | 'b' | 'gx' | 'gy' | 'n' | 'h'>;

function makeCurve(name: string | undefined, oid: string | undefined, seed: string, parameters: Parameters): Curve {
  const { p, a, b, gx, gy, n, h } = parameters;
  let points: WeierstrassPointCons<bigint> | undefined;
  return {
    name,
    oid,
    seed,
    ...parameters,
    size: Math.ceil(bitLength(p) / 8),
    points: () => (points ??= weierstrass({ p, a, b, n, h, Gx: gx, Gy: gy })),
  };
}

const curves = new Map<string, Curve>();

function fromRow(index: number): Curve | undefined {
  const row = CURVE_ROWS[index];
  if (row === undefined) return undefined;
  const [name, oid, h, seed, text] = row;
  let curve = curves.get(name);
  if (curve === undefined) {
    const [p = 0n, a = 0n, b = 0n, gx = 0n, gy = 0n, n = 0n] = text.split(' ').map((hex) => BigInt(`0x${hex}`));
    curve = makeCurve(name, oid, seed, { p, a, b, gx, gy, n, h: BigInt(h) });
    curves.set(name, curve);
  }
  return curve;
}

/** By OpenSSL's short name. */
export function curveByShortName(name: string): Curve | undefined {
  return fromRow(CURVE_ROWS.findIndex((row) => row[0] === name));
}

/** By NIST's name or OpenSSL's short one. */
export function curveByName(name: string): Curve | undefined {
  return curveByShortName(NIST_NAMES[name] ?? name);
}

export function curveByOid(oid: string): Curve | undefined {
  return fromRow(CURVE_ROWS.findIndex((row) => row[1] === oid));
}

/** The named curve with these parameters, or one without a name. */
export function curveByParameters(parameters: Parameters): Curve {
  const keys = ['p', 'a', 'b', 'gx', 'gy', 'n'] as const;
  const wanted = keys.map((key) => parameters[key].toString(16)).join(' ');
  const index = CURVE_ROWS.findIndex((row) => row[4] === wanted);
  return fromRow(index) ?? makeCurve(undefined, undefined, '', parameters);
}

export const COMPRESSED = 2;
export const UNCOMPRESSED = 4;
export const HYBRID = 6;

/** SEC 1, 2.3.3, in one of OpenSSL's point_conversion_form_t. */
export function encodePoint(curve: Curve, x: bigint, y: bigint, form: number): Uint8Array {
  const { size } = curve;
  const odd = Number(y & 1n);
  const bytes = new Uint8Array(form === COMPRESSED ? 1 + size : 1 + 2 * size);
  bytes[0] = form === UNCOMPRESSED ? UNCOMPRESSED : form | odd;
  bytes.set(bigIntBytes(x, size), 1);
  if (form !== COMPRESSED) bytes.set(bigIntBytes(y, size), 1 + size);
  return bytes;
}

/** SEC 1, 2.3.4; undefined for what is no point of the curve. */
export function decodePoint(curve: Curve, bytes: Uint8Array): { x: bigint; y: bigint } | undefined {
  const { size, p } = curve;
  const first = bytes[0] ?? 0;
  const form = first & ~1;
  const odd = (first & 1) === 1;
  if (form === COMPRESSED && bytes.length === 1 + size) {
    const x = bytesToBigInt(bytes.subarray(1));
    if (x >= p) return undefined;
    const y = squareRoot(rightSide(curve, x), p);
    if (y === undefined) return undefined;
    return { x, y: (y & 1n) === (odd ? 1n : 0n) ? y : mod(-y, p) };
  }
  if ((first !== UNCOMPRESSED && form !== HYBRID) || bytes.length !== 1 + 2 * size) return undefined;
  const x = bytesToBigInt(bytes.subarray(1, 1 + size));
  const y = bytesToBigInt(bytes.subarray(1 + size));
  if (!isOnCurve(curve, x, y) || (form === HYBRID && (y & 1n) !== (odd ? 1n : 0n))) return undefined;
  return { x, y };
}

function rightSide({ p, a, b }: Curve, x: bigint): bigint {
  return mod(x * x * x + a * x + b, p);
}

export function isOnCurve(curve: Curve, x: bigint, y: bigint): boolean {
  return x < curve.p && y < curve.p && mod(y * y, curve.p) === rightSide(curve, x);
}

/** Tonelli and Shanks; undefined for a non-residue. */
function squareRoot(value: bigint, p: bigint): bigint | undefined {
  if (value === 0n) return 0n;
  if (modPow(value, (p - 1n) / 2n, p) !== 1n) return undefined;
  let [odd, twos] = [p - 1n, 0];
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  if (twos === 1) return modPow(value, (p + 1n) / 4n, p);
  let nonResidue = 2n;
  while (modPow(nonResidue, (p - 1n) / 2n, p) === 1n) nonResidue++;
  let [m, c] = [twos, modPow(nonResidue, odd, p)];
  let [t, root] = [modPow(value, odd, p), modPow(value, (odd + 1n) / 2n, p)];
  while (t !== 1n) {
    let least = 0;
    for (let square = t; square !== 1n; square = (square * square) % p) least++;
    const b = modPow(c, 1n << BigInt(m - least - 1), p);
    [m, c] = [least, (b * b) % p];
    [t, root] = [(t * c) % p, (root * b) % p];
  }
  return root;
}

/** The public point of a private number. */
export function publicPoint(curve: Curve, d: bigint): { x: bigint; y: bigint } {
  return curve.points().BASE.multiply(d).toAffine();
}
