/** DSA (FIPS 186-4): parameters, keys, signatures. Stands for crypto_dsa.cc. */
import { truncateHash, type SignaturePair } from './ec/ecdsa.ts';
import type { DsaKey } from './keys/types.ts';
import { bitLength, mod, modInverse, modPow } from './math/integers.ts';
import { findPrime, isProbablyPrime, type RandomBytes, randomBelow } from './prime.ts';

export function signDsa(digest: Uint8Array, { p, q, g, x = 0n }: DsaKey, randomBytes: RandomBytes): SignaturePair {
  const z = truncateHash(digest, q);
  for (;;) {
    const k = 1n + randomBelow(q - 1n, randomBytes);
    const r = modPow(g, k, p) % q;
    const blind = 1n + randomBelow(q - 1n, randomBytes);
    const inverse = mod((modInverse(mod(k * blind, q), q) ?? 0n) * blind, q);
    const s = mod(inverse * mod(z + r * x, q), q);
    if (r !== 0n && s !== 0n) return { r, s };
  }
}

export function verifyDsa(digest: Uint8Array, { r, s }: SignaturePair, { p, q, g, y }: DsaKey): boolean {
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const w = modInverse(s, q);
  if (w === undefined) return false;
  const first = modPow(g, mod(truncateHash(digest, q) * w, q), p);
  return mod(first * modPow(y, mod(r * w, q), p), p) % q === r;
}

/** Sizes of the divisor for which OpenSSL has a hash. */
export const DIVISOR_BITS: ReadonlySet<number> = new Set([160, 224, 256]);

/** Probable primes p and q with q a divisor of p - 1, and a generator of the subgroup. */
export function generateDsa(bits: number, divisorBits: number, randomBytes: RandomBytes): DsaKey {
  const q = findPrime(divisorBits, false, undefined, undefined, randomBytes);
  const low = 1n << BigInt(bits - 1);
  const step = 2n * q;
  for (;;) {
    let p = low + randomBelow(low, randomBytes);
    p = p - (p % step) + 1n;
    for (let tries = 0; tries < 4096 && bitLength(p) === bits; tries++, p += step) {
      if (!isProbablyPrime(p, randomBytes, 1) || !isProbablyPrime(p, randomBytes)) continue;
      return withKey(p, q, generator(p, q), randomBytes);
    }
  }
}

function generator(p: bigint, q: bigint): bigint {
  for (let h = 2n; ; h++) {
    const g = modPow(h, (p - 1n) / q, p);
    if (g > 1n) return g;
  }
}

function withKey(p: bigint, q: bigint, g: bigint, randomBytes: RandomBytes): DsaKey {
  const x = 1n + randomBelow(q - 1n, randomBytes);
  return { type: 'dsa', p, q, g, y: modPow(g, x, p), x };
}
