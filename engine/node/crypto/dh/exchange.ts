/** Diffie-Hellman over primes: parameters, keys, secrets. Stands for OpenSSL's DH. */
import type { DhKey } from '../keys/types.ts';
import { bitLength, bytesToBigInt, modPow } from '../math/integers.ts';
import { findPrime, isProbablyPrime, type RandomBytes, randomBelow } from '../prime.ts';
import { groupKeyBits, isKnownGroup } from './groups.ts';

/** DH_CHECK_* and the bounds of DH_check_params. */
const NOT_PRIME = 0x01;
const NOT_SAFE = 0x02;
const BAD_GENERATOR = 0x08;
const TOO_SMALL = 0x80;
const TOO_LARGE = 0x100;
export const LEAST_BITS = 512;
const MOST_BITS = 10_000;

/** What `verifyError` says: a sum of DH_CHECK_* flags. */
export function checkParameters(p: bigint, g: bigint, randomBytes: RandomBytes): number {
  if (isKnownGroup(p, g)) return 0;
  const bits = bitLength(p);
  let flags = 0;
  if (g <= 1n || g >= p - 1n) flags |= BAD_GENERATOR;
  if (bits < LEAST_BITS) flags |= TOO_SMALL;
  if (bits > MOST_BITS) return flags | TOO_LARGE;
  // The error of this many rounds is below 2^-60 for any number.
  const rounds = 30;
  if (!isProbablyPrime(p, randomBytes, rounds)) flags |= NOT_PRIME;
  else if (!isProbablyPrime((p - 1n) / 2n, randomBytes, rounds)) flags |= NOT_SAFE;
  return flags;
}

/** A safe prime for which the generator has a large order (DH_generate_parameters_ex). */
export function generateParameters(bits: number, g: bigint, randomBytes: RandomBytes): bigint {
  const [add, rem] = g === 2n ? [24n, 23n] : g === 5n ? [60n, 59n] : [12n, 11n];
  return findPrime(bits, true, add, rem, randomBytes, 5);
}

export function generatePrivate(p: bigint, g: bigint, randomBytes: RandomBytes): bigint {
  const known = groupKeyBits(p, g);
  if (known !== undefined) return 1n + randomBelow((1n << BigInt(known)) - 1n, randomBytes);
  const bits = Math.max(bitLength(p) - 1, 1);
  const value = bytesToBigInt(randomBytes(Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n);
  return value | (1n << BigInt(bits - 1));
}

export type PeerProblem = 'small' | 'large';

/** DH_check_pub_key: what is wrong with a peer's number. */
export function peerProblem(p: bigint, y: bigint): PeerProblem | undefined {
  if (y <= 1n) return 'small';
  return y >= p - 1n ? 'large' : undefined;
}

export function generateDhKey(p: bigint, g: bigint, randomBytes: RandomBytes): DhKey {
  const x = generatePrivate(p, g, randomBytes);
  return { type: 'dh', p, g, length: groupKeyBits(p, g), y: modPow(g, x, p), x };
}
