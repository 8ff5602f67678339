import { describe, expect, it } from 'vitest';
import { parseRegistryPath, proxyLocation, upstreamUrl } from './locations.ts';

const registry = { url: 'https://r.example/npm/', authorization: undefined };
const parse = (path: string) => {
  const { pathname, searchParams } = new URL(`http://x/${path}`);
  return parseRegistryPath(pathname.slice(1), searchParams);
};

describe('parseRegistryPath', () => {
  it.each([
    ['left-pad', { kind: 'packument', name: 'left-pad' }],
    ['@acme%2fx', { kind: 'packument', name: '@acme/x' }],
    ['@acme/x', { kind: 'packument', name: '@acme/x' }],
    ['left-pad/1.3.0', { kind: 'manifest', name: 'left-pad', version: '1.3.0' }],
    ['@acme/x/latest', { kind: 'manifest', name: '@acme/x', version: 'latest' }],
    ['@acme/x/-/x-1.0.0.tgz', { kind: 'tarball', name: '@acme/x', file: 'x-1.0.0.tgz' }],
    ['JSONStream/-/JSONStream-1.0.0+b.tgz', { kind: 'tarball', name: 'JSONStream', file: 'JSONStream-1.0.0+b.tgz' }],
    ['-/odd/@acme/x?path=%2Fdl%2Fx.tgz', { kind: 'odd-tarball', name: '@acme/x', path: '/dl/x.tgz' }],
    ['-/foreign/x?host=h.example', { kind: 'foreign-tarball', name: 'x', host: 'h.example' }],
  ])('%s', (path, expected) => {
    expect(parse(path)).toEqual(expected);
  });

  it.each(['', '-/all', '-/npm/v1/security/audits', 'a/b/c', 'a/-/..%2f..%2fx.tgz', '..%2fx', '%', 'a%2f..%2fb'])('refuses %s', (path) => {
    expect(parseRegistryPath(path, new URLSearchParams())).toBeUndefined();
  });
});

describe('upstreamUrl', () => {
  it('stays on the registry', () => {
    expect(upstreamUrl({ kind: 'packument', name: '@acme/x' }, registry)?.href).toBe('https://r.example/npm/@acme%2fx');
    expect(upstreamUrl({ kind: 'odd-tarball', name: 'x', path: '/dl/x.tgz?a=1' }, registry)?.href).toBe('https://r.example/dl/x.tgz?a=1');
    expect(upstreamUrl({ kind: 'odd-tarball', name: 'x', path: 'https://evil.example/x.tgz' }, registry)).toBeUndefined();
    expect(upstreamUrl({ kind: 'odd-tarball', name: 'x', path: '//evil.example/x.tgz' }, registry)).toBeUndefined();
  });
});

describe('proxyLocation', () => {
  it.each([
    ['https://r.example/npm/x/-/x-1.0.0.tgz', 'x/-/x-1.0.0.tgz'],
    ['https://registry.test.test/x/-/x-1.0.0.tgz', 'x/-/x-1.0.0.tgz'],
    ['https://r.example/files/x.tgz?t=1', '-/odd/x?path=%2Ffiles%2Fx.tgz%3Ft%3D1'],
    ['https://elsewhere.example/x.tgz', '-/foreign/x?host=elsewhere.example'],
    ['http://r.example/npm/x/-/x-1.0.0.tgz', '-/foreign/x?host=r.example'],
  ])('%s', (tarball, expected) => {
    expect(proxyLocation('x', tarball, registry)).toBe(`jampot-registry:/${expected}`);
  });
});
