/** Probable primes (Miller-Rabin, FIPS 186-5 appendix B.3). */

type RandomBytes = (size: number) => Uint8Array;

const SMALL_PRIMES = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n, 67n, 71n, 73n, 79n, 83n, 89n, 97n];

/** Rounds that OpenSSL takes by default: 64 up to 2048 bits, 128 above. */
function defaultRounds(bits: number): number {
  return bits > 2048 ? 128 : 64;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

function randomBelow(limit: bigint, randomBytes: RandomBytes): bigint {
  const size = Math.ceil(limit.toString(2).length / 8) + 8;
  let value = 0n;
  for (const byte of randomBytes(size)) value = (value << 8n) | BigInt(byte);
  return value % limit;
}

export function isProbablyPrime(value: bigint, randomBytes: RandomBytes, rounds = 0): boolean {
  if (value < 2n) return false;
  if (value === 2n) return true;
  if ((value & 1n) === 0n) return false;
  for (const prime of SMALL_PRIMES) {
    if (value === prime) return true;
    if (value % prime === 0n) return false;
  }
  let odd = value - 1n;
  let twos = 0;
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  const count = rounds > 0 ? rounds : defaultRounds(value.toString(2).length);
  for (let round = 0; round < count; round++) {
    if (isComposite(value, odd, twos, 2n + randomBelow(value - 3n, randomBytes))) return false;
  }
  return true;
}

function isComposite(value: bigint, odd: bigint, twos: number, witness: bigint): boolean {
  let x = power(witness, odd, value);
  if (x === 1n || x === value - 1n) return false;
  for (let step = 1; step < twos; step++) {
    x = (x * x) % value;
    if (x === value - 1n) return false;
  }
  return true;
}

/** A prime with exactly `bits` bits; safe: (p-1)/2 is prime too; `add`: p mod add = rem (default 1, or 3 when safe). */
export function findPrime(bits: number, safe: boolean, add: bigint | undefined, rem: bigint | undefined, randomBytes: RandomBytes): bigint {
  // OpenSSL sets the two highest bits, so that a product of two has twice the length.
  const top = bits > 1 ? 3n << BigInt(bits - 2) : 1n;
  for (;;) {
    let candidate = top | randomBelow(1n << BigInt(bits), randomBytes) | 1n;
    if (bits === 1) candidate = 1n;
    if (add !== undefined) {
      candidate = candidate - (candidate % add) + (rem ?? (safe ? 3n : 1n));
      if (candidate >> BigInt(bits) !== 0n || candidate < 1n << BigInt(bits - 1)) continue;
    }
    // A cheap first look keeps the search short.
    if (!isProbablyPrime(candidate, randomBytes, 1) || (safe && !isProbablyPrime((candidate - 1n) / 2n, randomBytes, 1))) continue;
    if (isProbablyPrime(candidate, randomBytes) && (!safe || isProbablyPrime((candidate - 1n) / 2n, randomBytes))) return candidate;
  }
}
