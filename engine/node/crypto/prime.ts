/** Probable primes (Miller-Rabin, FIPS 186-5 appendix B.3). */
import { bitLength, bytesToBigInt, modPow } from './math/integers.ts';

export type RandomBytes = (size: number) => Uint8Array;

/** Odd primes below this bound sort candidates out before the costly test. */
const SIEVE_BOUND = 8192;
let sievePrimes: readonly number[] | undefined;

function smallPrimes(): readonly number[] {
  if (sievePrimes !== undefined) return sievePrimes;
  const composite = new Uint8Array(SIEVE_BOUND);
  const primes: number[] = [];
  for (let value = 3; value < SIEVE_BOUND; value += 2) {
    if (composite[value] !== 0) continue;
    primes.push(value);
    for (let multiple = value * value; multiple < SIEVE_BOUND; multiple += 2 * value) composite[multiple] = 1;
  }
  sievePrimes = primes;
  return primes;
}

/** Rounds that OpenSSL takes by default: 64 up to 2048 bits, 128 above. */
function defaultRounds(bits: number): number {
  return bits > 2048 ? 128 : 64;
}

/** A number below the limit; the bias is below 2^-64. */
export function randomBelow(limit: bigint, randomBytes: RandomBytes): bigint {
  return bytesToBigInt(randomBytes(Math.ceil(bitLength(limit) / 8) + 8)) % limit;
}

export function isProbablyPrime(value: bigint, randomBytes: RandomBytes, rounds = 0): boolean {
  if (value < 2n) return false;
  if (value === 2n) return true;
  if ((value & 1n) === 0n) return false;
  for (const prime of smallPrimes().slice(0, 50)) {
    const divisor = BigInt(prime);
    if (value === divisor) return true;
    if (value % divisor === 0n) return false;
  }
  return passesMillerRabin(value, randomBytes, rounds > 0 ? rounds : defaultRounds(bitLength(value)));
}

function passesMillerRabin(value: bigint, randomBytes: RandomBytes, rounds: number): boolean {
  if (value < 5n) return value === 3n;
  let odd = value - 1n;
  let twos = 0;
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  for (let round = 0; round < rounds; round++) {
    if (isComposite(value, odd, twos, 2n + randomBelow(value - 3n, randomBytes))) return false;
  }
  return true;
}

function isComposite(value: bigint, odd: bigint, twos: number, witness: bigint): boolean {
  let x = modPow(witness, odd, value);
  if (x === 1n || x === value - 1n) return false;
  for (let step = 1; step < twos; step++) {
    x = (x * x) % value;
    if (x === value - 1n) return false;
  }
  return true;
}

/**
 * The first of start, start + step, … that `accepts` takes and that is prime by `rounds` rounds; undefined when none of `count` is. Small factors are
 * sieved away first. `safe`: half of one less is prime as well.
 */
export function searchPrime(
  { start, step, count, safe = false }: { start: bigint; step: bigint; count: number; safe?: boolean },
  randomBytes: RandomBytes,
  rounds: number,
  accepts: (candidate: bigint) => boolean = () => true,
): bigint | undefined {
  const excluded = new Uint8Array(count);
  const least = BigInt(SIEVE_BOUND);
  if (start > 2n * least * least) {
    for (const prime of smallPrimes()) {
      const divisor = BigInt(prime);
      const stepRest = Number(step % divisor);
      let rest = Number(start % divisor);
      for (let index = 0; index < count; index++) {
        // A safe prime is not 1 modulo a small one either.
        if (rest === 0 || (safe && rest === 1)) excluded[index] = 1;
        rest += stepRest;
        if (rest >= prime) rest -= prime;
      }
    }
  }
  for (let index = 0; index < count; index++) {
    if (excluded[index] !== 0) continue;
    const candidate = start + step * BigInt(index);
    if ((candidate & 1n) === 0n || !accepts(candidate)) continue;
    const half = (candidate - 1n) / 2n;
    if (!isProbablyPrime(candidate, randomBytes, 1) || (safe && !isProbablyPrime(half, randomBytes, 1))) continue;
    if (isProbablyPrime(candidate, randomBytes, rounds) && (!safe || isProbablyPrime(half, randomBytes, rounds))) return candidate;
  }
  return undefined;
}

/** Candidates that are looked at from one random start. */
const RUN = 1000;

/** A prime with exactly `bits` bits; safe: (p-1)/2 is prime too; `add`: p mod add = rem (default 1, or 3 when safe). */
export function findPrime(
  bits: number,
  safe: boolean,
  add: bigint | undefined,
  rem: bigint | undefined,
  randomBytes: RandomBytes,
  rounds = 0,
): bigint {
  // OpenSSL sets the two highest bits, so that a product of two has twice the length.
  const top = bits > 1 ? 3n << BigInt(bits - 2) : 1n;
  const isSized = (candidate: bigint): boolean => bitLength(candidate) === bits && (add !== undefined || (candidate & top) === top);
  for (;;) {
    let start = top | randomBelow(1n << BigInt(bits), randomBytes) | 1n;
    let step = 2n;
    if (bits === 1) start = 1n;
    if (add !== undefined) {
      start = start - (start % add) + (rem ?? (safe ? 3n : 1n));
      step = add;
    } else if (safe && bits > 8) {
      // Safe primes above 7 are 11 modulo 12.
      start = start - (start % 12n) + 11n;
      step = 12n;
    }
    const found = searchPrime({ start, step, count: bits < 32 ? 1 : RUN, safe }, randomBytes, rounds, isSized);
    if (found !== undefined) return found;
  }
}
