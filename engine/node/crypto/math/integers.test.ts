import { describe, expect, it } from 'vitest';
import { bigIntBytes, bitLength, bytesToBigInt, gcd, mod, modInverse, modPow } from './integers.ts';

function slowPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (let rest = exponent, factor = base % modulus; rest > 0n; rest >>= 1n, factor = (factor * factor) % modulus) {
    if (rest & 1n) result = (result * factor) % modulus;
  }
  return result;
}

describe('integers', () => {
  it('go to bytes and back', () => {
    for (const value of [0n, 1n, 255n, 256n, (1n << 521n) - 1n]) expect(bytesToBigInt(bigIntBytes(value))).toBe(value);
    expect(bigIntBytes(0n)).toHaveLength(0);
    expect(bigIntBytes(258n, 4)).toEqual(Uint8Array.of(0, 0, 1, 2));
    expect(() => bigIntBytes(65536n, 2)).toThrow(RangeError);
  });

  it('know their length', () => {
    expect([0n, 1n, 2n, 255n, 256n].map(bitLength)).toEqual([0, 1, 2, 8, 9]);
  });

  it('are raised to powers of any size', () => {
    const modulus = (1n << 127n) - 1n;
    for (const exponent of [0n, 1n, 2n, 65537n, 1n << 31n, 1n << 33n, (1n << 200n) - 3n, 0x123456789abcdef0123456789n]) {
      for (const base of [0n, 1n, 3n, modulus - 1n, modulus + 5n]) {
        expect(modPow(base, exponent, modulus)).toBe(slowPower(base, exponent, modulus));
      }
    }
    expect(modPow(5n, 3n, 1n)).toBe(0n);
  });

  it('have inverses where they have no common divisor', () => {
    for (const value of [1n, 2n, 10n, 96n]) expect(mod((modInverse(value, 97n) ?? 0n) * value, 97n)).toBe(1n);
    expect(modInverse(6n, 9n)).toBeUndefined();
    expect(modInverse(-1n, 97n)).toBe(96n);
    expect(gcd(84n, 36n)).toBe(12n);
  });
});
