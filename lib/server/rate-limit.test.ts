import { describe, expect, it } from 'vitest';
import { answer } from './problem.ts';
import { rateLimited, RateLimiter } from './rate-limit.ts';

function limiter(options: { burst: number; perMinute: number; addresses?: number }): {
  take: (address: string) => number;
  wait: (ms: number) => void;
} {
  let now = 0;
  const one = new RateLimiter({ ...options, now: () => now });
  return { take: (address) => one.take(address), wait: (ms) => void (now += ms) };
}

describe('RateLimiter', () => {
  it('allows a burst, then one as often as said, and tells when', () => {
    const { take, wait } = limiter({ burst: 2, perMinute: 6 });
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 10, 10]);
    wait(9000);
    expect(take('a')).toBe(1);
    wait(1000);
    expect([take('a'), take('a')]).toEqual([0, 10]);
    wait(3_600_000);
    expect([take('a'), take('a'), take('a')]).toEqual([0, 0, 10]);
  });
  it('counts addresses apart, and a network of IPv6 as one', () => {
    const { take } = limiter({ burst: 1, perMinute: 1 });
    expect([take('192.0.2.1'), take('192.0.2.2'), take('::ffff:192.0.2.1')]).toEqual([0, 0, 60]);
    expect([take('2001:db8:0:1::1'), take('2001:0db8::1:ffff:0:0:2'), take('2001:db8:0:2::1'), take('::1')]).toEqual([0, 60, 0, 0]);
    expect(take('[2001:db8:0:1:5:6:7:8]')).toBe(60);
  });
  it('remembers a bounded number, those that asked last', () => {
    const { take } = limiter({ burst: 1, perMinute: 1, addresses: 2 });
    for (const address of ['a', 'b', 'a', 'c']) take(address);
    expect([take('a'), take('b')]).toEqual([60, 0]);
  });
  it('refuses limits that allow nothing', () => {
    expect(() => new RateLimiter({ burst: 0, perMinute: 1 })).toThrow(RangeError);
  });
});

describe('rateLimited', () => {
  it('becomes a 429 that says when to come back', async () => {
    const response = await answer(() => Promise.reject(rateLimited(7)));
    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('7');
    expect(await response.json()).toMatchObject({ code: 'RATE_LIMITED', remedy: 'Try again in 7 seconds.' });
  });
});
