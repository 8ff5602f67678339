import { checkPrimeSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bitLength } from './math/integers.ts';
import { findPrime, isProbablyPrime, searchPrime } from './prime.ts';

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size));

describe('primes', () => {
  it('are told from composites', () => {
    const primes = Array.from({ length: 2000 }, (_, value) => value).filter((value) => isProbablyPrime(BigInt(value), random));
    expect(primes).toHaveLength(303);
    // Carmichael numbers, and a product of two large primes.
    for (const value of [561n, 41041n, 825265n, ((1n << 61n) - 1n) * ((1n << 89n) - 1n)])
      expect(isProbablyPrime(value, random)).toBe(false);
    expect(isProbablyPrime((1n << 127n) - 1n, random)).toBe(true);
  });

  it.each([2, 3, 5, 8, 16, 31, 32, 33, 64, 256, 512])('are found with exactly %d bits', (bits) => {
    const prime = findPrime(bits, false, undefined, undefined, random);
    expect(bitLength(prime)).toBe(bits);
    expect(checkPrimeSync(prime)).toBe(true);
  });

  it('are safe when asked for', () => {
    for (const bits of [3, 6, 16, 64, 128]) {
      const prime = findPrime(bits, true, undefined, undefined, random);
      expect([bitLength(prime), checkPrimeSync(prime), checkPrimeSync((prime - 1n) / 2n)]).toEqual([bits, true, true]);
    }
  });

  it('have the remainder that is asked for', () => {
    expect(findPrime(64, false, 12n, 11n, random) % 12n).toBe(11n);
    expect(findPrime(96, true, 24n, 23n, random) % 24n).toBe(23n);
  });

  it('are looked for in a run and judged by the caller as well', () => {
    const start = (1n << 64n) + 1n;
    const first = searchPrime({ start, step: 2n, count: 200 }, random, 10);
    expect(first).toBe((1n << 64n) + 13n);
    expect(searchPrime({ start, step: 2n, count: 200 }, random, 10, (value) => value !== first)).toBe((1n << 64n) + 37n);
    expect(searchPrime({ start: 24n, step: 1n, count: 4 }, random, 10)).toBeUndefined();
  });
});
