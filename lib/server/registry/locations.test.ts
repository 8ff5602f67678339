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
  });

  const odd = (path: string) => upstreamUrl({ kind: 'odd-tarball', name: 'x', path }, registry)?.href;

  it.each(['/npm/dl/x.tgz?a=1', '/npm/x/download/x-1.0.0.tar.gz', '/npm/x/-/other-1.0.0.tgz', '/npm/@acme%2fx/x.tgz'])(
    'asks for the odd tarball %s',
    (path) => {
      expect(odd(path)).toBe(`https://r.example${path}`);
    },
  );

  it.each([
    'https://evil.example/npm/x.tgz',
    '//evil.example/npm/x.tgz',
    'https://user@r.example/npm/x.tgz',
    '/dl/x.tgz',
    '/npm/../x.tgz',
    '/npm/%2e%2e/x.tgz',
    '/npm/a%2f..%2f..%2fx.tgz',
    '/npm/%252e%252e/x.tgz',
    '/npm/a%5c..%5cx.tgz',
    '/npm/-/whoami',
    '/npm/-/npm/v1/x.tgz',
    '/npm/%2d/npm/v1/x.tgz',
    '/npm//-/npm/v1/x.tgz',
    '/npm/x',
    '/npm/x?.tgz',
    '/npm/x%3f.tgz',
    '/npm/x#.tgz',
    '/npm/.tgz%',
    '',
  ])('does not ask for %s', (path) => {
    expect(odd(path)).toBeUndefined();
  });
});

describe('proxyLocation', () => {
  it.each([
    ['https://r.example/npm/x/-/x-1.0.0.tgz', 'x/-/x-1.0.0.tgz'],
    ['https://mirrored.example/x/-/x-1.0.0.tgz', 'x/-/x-1.0.0.tgz'],
    ['https://r.example/npm/files/x.tgz?t=1', '-/odd/x?path=%2Fnpm%2Ffiles%2Fx.tgz%3Ft%3D1'],
    ['https://r.example/npm/%E0%A4%A.tgz', '-/odd/x?path=%2Fnpm%2F%25E0%25A4%25A.tgz'],
    ['https://elsewhere.example/x.tgz', '-/foreign/x?host=elsewhere.example'],
    ['http://r.example/npm/x/-/x-1.0.0.tgz', 'x/-/x-1.0.0.tgz'],
    ['http://r.example/npm/y/-/x-1.0.0.tgz', '-/foreign/x?host=r.example'],
  ])('%s', (tarball, expected) => {
    expect(proxyLocation('x', tarball, registry)).toBe(`jampot-registry:/${expected}`);
  });
});
