/** RSA key pairs (FIPS 186-5, A.1.3). */
import { bitLength, gcd } from '../math/integers.ts';
import { findPrime, type RandomBytes, searchPrime, randomBelow } from '../prime.ts';
import type { RsaKey } from '../keys/types.ts';
import { fromPrimes } from './raw.ts';

/** Rounds of Miller and Rabin for an error below 2^-128 of random candidates (FIPS 186-5, table B.1). */
function rounds(bits: number): number {
  return bits >= 1536 ? 4 : bits >= 1024 ? 5 : bits >= 512 ? 8 : 20;
}

function primeFor(bits: number, e: bigint, randomBytes: RandomBytes): bigint {
  if (bits < 64) {
    for (;;) {
      const prime = findPrime(bits, false, undefined, undefined, randomBytes);
      if (gcd(prime - 1n, e) === 1n) return prime;
    }
  }
  const top = 3n << BigInt(bits - 2);
  const fits = (candidate: bigint): boolean => bitLength(candidate) === bits && gcd(candidate - 1n, e) === 1n;
  for (;;) {
    const start = top | randomBelow(1n << BigInt(bits), randomBytes) | 1n;
    const prime = searchPrime({ start, step: 2n, count: 2000 }, randomBytes, rounds(bits), fits);
    if (prime !== undefined) return prime;
  }
}

/** @param bits of the modulus */
export function generateRsa(bits: number, e: bigint, randomBytes: RandomBytes): RsaKey {
  const half = Math.ceil(bits / 2);
  // FIPS 186-5: the primes differ within their first 100 bits.
  const distance = 1n << BigInt(Math.max(half - 100, 0));
  for (;;) {
    const [p, q] = [primeFor(half, e, randomBytes), primeFor(bits - half, e, randomBytes)];
    const difference = p > q ? p - q : q - p;
    if (difference < distance || bitLength(p * q) !== bits) continue;
    const key = fromPrimes(p, q, e);
    if (key !== undefined) return key;
  }
}
