/** Diffie-Hellman groups of RFC 2409 and RFC 3526. Their primes are 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * pi) + k). */

interface Group {
  readonly bits: number;
  readonly k: bigint;
  /** Bits of a private key (OpenSSL's ffc_dh.c); undefined: as many as the prime has. */
  readonly keyBits: number | undefined;
}

const GROUPS: Readonly<Record<string, Group>> = {
  modp1: { bits: 768, k: 149686n, keyBits: undefined },
  modp2: { bits: 1024, k: 129093n, keyBits: undefined },
  modp5: { bits: 1536, k: 741804n, keyBits: 200 },
  modp14: { bits: 2048, k: 124476n, keyBits: 225 },
  modp15: { bits: 3072, k: 1690314n, keyBits: 275 },
  modp16: { bits: 4096, k: 240904n, keyBits: 325 },
  modp17: { bits: 6144, k: 929484n, keyBits: 375 },
  modp18: { bits: 8192, k: 4743158n, keyBits: 400 },
};

export const GENERATOR = 2n;

/** floor(2^bits * pi), by Machin's formula. */
function scaledPi(bits: number): bigint {
  const guard = 64n;
  const one = 1n << (BigInt(bits) + guard);
  const arctanOfInverse = (x: bigint): bigint => {
    let term = one / x;
    let sum = term;
    for (let divisor = 3n, sign = -1n; term !== 0n; divisor += 2n, sign = -sign) {
      term /= x * x;
      sum += (sign * term) / divisor;
    }
    return sum;
  };
  return (4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n))) >> guard;
}

const primes = new Map<string, bigint>();

/** In any case of letters. */
export function groupPrime(name: string): bigint | undefined {
  const key = name.toLowerCase();
  const group = Object.hasOwn(GROUPS, key) ? GROUPS[key] : undefined;
  if (group === undefined) return undefined;
  let prime = primes.get(key);
  if (prime === undefined) {
    const n = BigInt(group.bits);
    prime = (1n << n) - (1n << (n - 64n)) - 1n + ((scaledPi(group.bits - 130) + group.k) << 64n);
    primes.set(key, prime);
  }
  return prime;
}

/** Bits of private keys where the parameters are a group's that OpenSSL knows. */
export function groupKeyBits(p: bigint, g: bigint): number | undefined {
  if (g !== GENERATOR) return undefined;
  const size = p.toString(16).length * 4;
  const name = Object.keys(GROUPS).find((each) => GROUPS[each]?.bits === size);
  return name !== undefined && groupPrime(name) === p ? GROUPS[name]?.keyBits : undefined;
}

/** Whether the parameters are those of one of the groups that OpenSSL accepts without a check. */
export const isKnownGroup = (p: bigint, g: bigint): boolean => groupKeyBits(p, g) !== undefined;
