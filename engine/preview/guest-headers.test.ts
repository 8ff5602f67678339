import { describe, expect, it } from 'vitest';
import { framablePolicy, guestRequestHeaders, pageResponseHeaders, previewLocation } from './guest-headers.ts';
import { guestPortOf, previewOrigin, previewPlace } from './preview-place.ts';

const place = previewPlace({ protocol: 'http:', host: 'p3000--blog.jampot.localhost:4000' });
const OWN = 'http://p3000--blog.jampot.localhost:4000';
const request = {
  method: 'GET',
  url: `${OWN}/`,
  headers: new Headers({ accept: 'text/html' }),
  referrer: '',
  mode: 'navigate',
  destination: 'document',
};

describe('previewPlace', () => {
  it('reads everything from the host', () => {
    expect(place).toEqual({ port: 3000, project: 'blog', suffix: 'blog.jampot.localhost:4000', base: 'http://jampot.localhost:4000' });
    expect(previewOrigin(place, 3000)).toBe(OWN);
    expect(() => previewPlace({ protocol: 'http:', host: 'blog.jampot.localhost' })).toThrow('no host of a preview');
  });
});

describe('guestPortOf', () => {
  it.each([
    ['http://p8080--blog.jampot.localhost:4000/x', 8080],
    ['http://p8080--other.jampot.localhost:4000/x', null],
    ['http://localhost:5173/', 5173],
    ['http://127.0.0.1:5173/', 5173],
    ['http://[::1]:5173/', 5173],
    ['http://localhost:6000/', null],
    ['https://example.com:5173/', null],
  ])('knows whose %s is', (url, port) => {
    expect(guestPortOf(new URL(url), place, new Set([5173]))).toBe(port);
  });
});

describe('guestRequestHeaders', () => {
  it('makes the guest believe in localhost', () => {
    const headers = guestRequestHeaders(
      { ...request, method: 'POST', referrer: `${OWN}/a?b#c`, mode: 'cors', destination: '' },
      3000,
      place,
      'UA',
    );
    expect(Object.fromEntries(headers)).toEqual({
      Host: 'localhost:3000',
      accept: 'text/html',
      'User-Agent': 'UA',
      'Accept-Encoding': 'identity',
      Origin: 'http://localhost:3000',
      Referer: 'http://localhost:3000/a?b',
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'cors',
      'Sec-Fetch-Dest': 'empty',
    });
  });

  it('keeps pages of others to itself', () => {
    const names = guestRequestHeaders({ ...request, referrer: 'http://jampot.localhost:4000/p/blog' }, 3000, place, 'UA').map(
      ([name]) => name,
    );
    expect(names).not.toContain('Referer');
    expect(names).not.toContain('Origin');
  });
});

describe('pageResponseHeaders', () => {
  const headersOf = (given: readonly (readonly [string, string])[]): Record<string, string> =>
    Object.fromEntries(pageResponseHeaders(given, { url: `${OWN}/`, place, open: new Set(), nonce: 'n', policy: 'credentialless' }));

  it('isolates and drops what belongs to the connection or forbids the frame', () => {
    expect(
      headersOf([
        ['Content-Type', 'text/html'],
        ['Transfer-Encoding', 'chunked'],
        ['X-Frame-Options', 'DENY'],
        ['Cross-Origin-Opener-Policy', 'unsafe-none'],
        ['X-Two', 'a'],
        ['x-two', 'b'],
      ]),
    ).toEqual({
      'content-type': 'text/html',
      'cross-origin-embedder-policy': 'credentialless',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'cross-origin',
      'origin-agent-cluster': '?1',
      'x-two': 'a, b',
    });
  });

  it("keeps the guest's embedder policy where it isolates", () => {
    expect(headersOf([['Cross-Origin-Embedder-Policy', 'require-corp']])['cross-origin-embedder-policy']).toBe('require-corp');
    expect(headersOf([['Cross-Origin-Embedder-Policy', 'unsafe-none']])['cross-origin-embedder-policy']).toBe('credentialless');
  });
});

describe('previewLocation', () => {
  it.each([
    ['/next', `${OWN}/next`],
    ['../up#f', `${OWN}/up#f`],
    ['http://localhost:5173/x?y', 'http://p5173--blog.jampot.localhost:4000/x?y'],
    ['https://example.com/', 'https://example.com/'],
    ['http://[', 'http://['],
  ])('sends %s to its preview', (value, expected) => {
    expect(previewLocation(value, `${OWN}/a/b`, place, new Set([5173]))).toBe(expected);
  });
});

describe('framablePolicy', () => {
  it.each([
    ["frame-ancestors 'none'", ''],
    ["default-src 'self'; frame-ancestors 'self'", "default-src 'self'; script-src 'self' 'nonce-n'"],
    ["script-src 'self'; img-src *", "script-src 'self' 'nonce-n'; img-src *"],
    ["script-src 'none'", "script-src 'nonce-n'"],
    ["script-src 'unsafe-inline'", "script-src 'unsafe-inline'"],
    ["script-src 'unsafe-inline' 'nonce-x'", "script-src 'unsafe-inline' 'nonce-x' 'nonce-n'"],
    ["script-src-elem 'self'; script-src 'self'", "script-src-elem 'self' 'nonce-n'; script-src 'self'"],
    ['img-src *', 'img-src *'],
  ])('lets the frame and our script into %s', (policy, expected) => {
    expect(framablePolicy(policy, 'n')).toBe(expected);
  });
});
