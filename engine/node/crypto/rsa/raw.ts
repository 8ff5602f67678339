/** RSA on numbers (RFC 8017, section 5.1). Not constant-time; private operations are blinded and checked. */
import { bitLength, gcd, mod, modInverse, modPow } from '../math/integers.ts';
import { type RandomBytes, randomBelow } from '../prime.ts';
import type { RsaKey } from '../keys/types.ts';

export const modulusBits = ({ n }: RsaKey): number => bitLength(n);
/** Bytes of a block. */
export const modulusSize = (key: RsaKey): number => Math.ceil(modulusBits(key) / 8);

export function publicOperation({ n, e }: RsaKey, value: bigint): bigint {
  return modPow(value, e, n);
}

export class NotPrivateError extends Error {}

export function privateOperation(key: RsaKey, value: bigint, randomBytes: RandomBytes): bigint {
  const { n, e } = key;
  const secret = key.private;
  if (secret === undefined) throw new NotPrivateError('The key is not private.');
  let blind = 2n + randomBelow(n - 2n, randomBytes);
  let inverse = modInverse(blind, n);
  while (inverse === undefined) {
    blind = 2n + randomBelow(n - 2n, randomBytes);
    inverse = modInverse(blind, n);
  }
  const input = mod(value * modPow(blind, e, n), n);
  const { d, p, q, dp, dq, qi } = secret;
  let output: bigint;
  if (p > 1n && q > 1n && p * q === n) {
    const first = modPow(input, dp, p);
    const second = modPow(input, dq, q);
    output = second + q * mod((first - second) * qi, p);
    // A wrong half would give the factors away.
    if (modPow(output, e, n) !== input) output = modPow(input, d, n);
  } else output = modPow(input, d, n);
  return mod(output * inverse, n);
}

/** The private numbers of two primes; undefined when e does not fit them. */
export function fromPrimes(p: bigint, q: bigint, e: bigint): RsaKey | undefined {
  const [larger, smaller] = p > q ? [p, q] : [q, p];
  const [p1, q1] = [larger - 1n, smaller - 1n];
  const d = modInverse(e, (p1 * q1) / gcd(p1, q1));
  const qi = modInverse(smaller, larger);
  if (d === undefined || qi === undefined) return undefined;
  return { type: 'rsa', n: larger * smaller, e, private: { d, p: larger, q: smaller, dp: d % p1, dq: d % q1, qi } };
}
