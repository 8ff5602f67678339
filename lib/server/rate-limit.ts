import { ProblemError } from './problem.ts';

interface Limits {
  /** Requests that an address may make at once. At least 1. */
  readonly burst: number;
  /** Requests that come back a minute. */
  readonly perMinute: number;
  /** Addresses that are remembered; those that asked longest ago are forgotten first. Default 10,000. */
  readonly addresses?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right. */
  at: number;
}

const MINUTE = 60_000;

/** A token bucket per client address, in the memory of this server. */
export class RateLimiter {
  readonly #burst: number;
  readonly #perMillisecond: number;
  readonly #addresses: number;
  readonly #now: () => number;
  /** In the order of their last request. */
  readonly #buckets = new Map<string, Bucket>();

  constructor({ burst, perMinute, addresses = 10_000, now = () => performance.now() }: Limits) {
    if (!(burst >= 1 && perMinute > 0)) throw new RangeError(`A burst of ${burst} and ${perMinute} a minute allow no request.`);
    this.#burst = burst;
    this.#perMillisecond = perMinute / MINUTE;
    this.#addresses = addresses;
    this.#now = now;
  }

  /** 0 when the address may ask, which counts; else whole seconds until it may. */
  take(address: string): number {
    const key = network(address);
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, at: now };
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.at) * this.#perMillisecond);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    this.#forget();
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / this.#perMillisecond / 1000));
  }

  #forget(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= this.#addresses) return;
      this.#buckets.delete(key);
    }
  }
}

/** One customer is given a whole /64 of IPv6 addresses: they count as one. */
function network(address: string): string {
  const plain = address.toLowerCase().replace(/^\[|\]$|%.*$/g, '');
  if (!plain.includes(':')) return plain;
  const mapped = /^(?:0*:)*:?(?:0*:)*ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [left = '', right] = plain.split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const missing = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** What an address is told that asks too often: `answer` makes a 429 with Retry-After of it. */
export function rateLimited(seconds: number): ProblemError {
  return new ProblemError(
    429,
    {
      code: 'RATE_LIMITED',
      title: 'Too many requests',
      cause: 'This address has asked more often than the server allows.',
      remedy: `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    },
    { headers: { 'Retry-After': String(seconds) } },
  );
}
