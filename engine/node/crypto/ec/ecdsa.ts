/** ECDSA (FIPS 186-5, section 6) with random nonces, on @noble/curves' points. */
import { bitLength, bytesToBigInt, mod, modInverse } from '../math/integers.ts';
import { type RandomBytes, randomBelow } from '../prime.ts';
import type { EcKey } from '../keys/types.ts';
import type { Point } from './curves.ts';

export interface SignaturePair {
  readonly r: bigint;
  readonly s: bigint;
}

/** The leftmost bits of a hash, as many as the order has. */
export function truncateHash(digest: Uint8Array, order: bigint): bigint {
  const excess = 8 * digest.length - bitLength(order);
  const value = bytesToBigInt(digest);
  return excess > 0 ? value >> BigInt(excess) : value;
}

export function signEcdsa(digest: Uint8Array, { curve, d = 0n }: EcKey, randomBytes: RandomBytes): SignaturePair {
  const { n } = curve;
  const z = truncateHash(digest, n);
  for (;;) {
    const k = 1n + randomBelow(n - 1n, randomBytes);
    const r = mod(curve.points().BASE.multiply(k).toAffine().x, n);
    // The inverse is taken of a blinded number.
    const blind = 1n + randomBelow(n - 1n, randomBytes);
    const inverse = mod((modInverse(mod(k * blind, n), n) ?? 0n) * blind, n);
    const s = mod(inverse * mod(z + r * d, n), n);
    if (r !== 0n && s !== 0n) return { r, s };
  }
}

export function verifyEcdsa(digest: Uint8Array, { r, s }: SignaturePair, { curve, x, y }: EcKey): boolean {
  const { n } = curve;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const inverse = modInverse(s, n);
  if (inverse === undefined) return false;
  const points = curve.points();
  const u1 = mod(truncateHash(digest, n) * inverse, n);
  const u2 = mod(r * inverse, n);
  const sum: Point = points.BASE.mulAddUnsafe(u1, points.fromAffine({ x, y }), u2);
  return !sum.is0() && mod(sum.toAffine().x, n) === r;
}

/** The shared x coordinate; undefined for the point at infinity. */
export function agreeEc({ curve, d = 0n }: EcKey, peer: { x: bigint; y: bigint }): bigint | undefined {
  const point = curve.points().fromAffine(peer).multiply(mod(d, curve.n));
  return point.is0() ? undefined : point.toAffine().x;
}
