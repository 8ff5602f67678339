import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findDigest } from '../algorithms.ts';
import type { DigestAlgorithm } from '../digest.ts';
import { checkPss, mostSalt, padOaep, padPss, padType1, padType2, unpadOaep, unpadType1, unpadType2 } from './padding.ts';

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size));
const digest = (name: string): DigestAlgorithm => {
  const found = findDigest(name);
  if (found === undefined || found === 'legacy') throw new Error(name);
  return found;
};
const data = Uint8Array.of(0, 1, 2, 3, 0);

describe('PKCS #1 v1.5', () => {
  it('gives back what was padded', () => {
    for (const size of [16, 64, 128]) {
      expect(unpadType1(padType1(data, size))).toEqual(data);
      expect(unpadType2(padType2(data, size, random))).toEqual(data);
    }
  });

  it('has no zero in its filler', () => {
    expect(padType2(data, 2000, random).subarray(2, 1994).includes(0)).toBe(false);
  });

  it('refuses what is not well-formed', () => {
    const block = padType2(data, 64, random);
    expect(unpadType2(block.with(1, 1))).toBeUndefined();
    expect(unpadType2(block.with(5, 0))).toBeUndefined();
    expect(unpadType1(padType1(data, 64).with(1, 2))).toBe('block type is not 01');
    expect(unpadType1(padType1(data, 64).with(0, 2))).toBe('invalid padding');
    expect(unpadType1(padType1(data, 64).with(20, 7))).toBe('bad fixed header decrypt');
    expect(unpadType1(new Uint8Array(64).fill(255).with(0, 0).with(1, 1))).toBe('null before block missing');
  });
});

describe('OAEP', () => {
  it.each(['sha1', 'sha256', 'sha3-256'])('gives back what was padded with %s, and nothing else', (name) => {
    const options = { hash: digest(name), mgf1Hash: digest('sha1'), label: Uint8Array.of(7) };
    const block = padOaep(data, 128, options, random);
    expect(unpadOaep(block, options)).toEqual(data);
    expect(unpadOaep(block, { ...options, label: new Uint8Array(0) })).toBeUndefined();
    expect(unpadOaep(block.with(60, (block[60] ?? 0) ^ 1), options)).toBeUndefined();
    expect(unpadOaep(block.with(0, 1), options)).toBeUndefined();
    expect(unpadOaep(new Uint8Array(10), options)).toBeUndefined();
  });
});

describe('PSS', () => {
  it.each([1024, 1025, 1031])('is recognised for a modulus of %d bits', (bits) => {
    const options = { hash: digest('sha256'), mgf1Hash: digest('sha256') };
    const hash = random(32);
    for (const size of [0, 20, 32, mostSalt(bits, options.hash)]) {
      const block = padPss(hash, bits, random(size), options);
      expect(checkPss(hash, block, bits, size, options)).toBe(true);
      expect(checkPss(hash, block, bits, undefined, options)).toBe(true);
      expect(checkPss(hash, block, bits, size + 1, options)).toBe(false);
      expect(checkPss(random(32), block, bits, size, options)).toBe(false);
      expect(checkPss(hash, block.with(3, (block[3] ?? 0) ^ 1), bits, size, options)).toBe(false);
    }
  });
});
