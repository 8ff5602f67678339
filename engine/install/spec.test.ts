import { describe, expect, it } from 'vitest';
import { isPackageName, parseArgument, parseSpec } from './spec.ts';

describe('parseSpec', () => {
  it.each([
    ['1.2.3', { kind: 'version', name: 'x', wanted: '1.2.3' }],
    ['v1.2.3', { kind: 'version', name: 'x', wanted: '1.2.3' }],
    ['^1.0.0 || 2', { kind: 'range', name: 'x', wanted: '^1.0.0 || 2' }],
    ['', { kind: 'range', name: 'x', wanted: '*' }],
    ['next', { kind: 'tag', name: 'x', wanted: 'next' }],
    ['npm:@s/y@^2', { kind: 'alias', name: 'x', target: { kind: 'range', name: '@s/y', wanted: '^2' } }],
    ['npm:y', { kind: 'alias', name: 'x', target: { kind: 'range', name: 'y', wanted: '*' } }],
    ['file:../y', { kind: 'directory', name: 'x', path: '/y' }],
    ['./y-1.0.0.tgz', { kind: 'file', name: 'x', path: '/site/y-1.0.0.tgz' }],
    ['https://example.com/y.tgz', { kind: 'remote', name: 'x', address: 'https://example.com/y.tgz' }],
    ['user/repo#main', { kind: 'git', name: 'x', address: 'user/repo#main' }],
    ['git+https://example.com/y.git', { kind: 'git', name: 'x', address: 'git+https://example.com/y.git' }],
  ])('understands %j', (raw, spec) => {
    expect(parseSpec('x', raw, '/site')).toEqual(spec);
  });

  it('refuses other protocols and impossible tags', () => {
    expect(() => parseSpec('x', 'workspace:*', '/site')).toThrow('Unsupported URL Type "workspace:": workspace:*');
    expect(() => parseSpec('x', 'a b c', '/site')).toThrow('Invalid tag name "a b c" of package "x"');
    expect(() => parseSpec('x', '\ud800', '/site')).toThrow('Invalid tag name');
  });
});

describe('parseArgument', () => {
  it('tells names from folders, tarballs, and addresses', () => {
    expect(parseArgument('@s/x@^1', '/site')).toMatchObject({ name: '@s/x', raw: '^1', spec: { kind: 'range' } });
    expect(parseArgument('y@npm:x@2', '/site')).toMatchObject({ name: 'y', raw: 'npm:x@2', spec: { kind: 'alias' } });
    expect(parseArgument('./x', '/site')).toMatchObject({ name: '', spec: { kind: 'directory', path: '/site/x' } });
    expect(parseArgument('x.tgz', '/site')).toMatchObject({ name: '', spec: { kind: 'file', path: '/site/x.tgz' } });
    expect(() => parseArgument('b ad', '/site')).toThrow('Invalid package name "b ad"');
  });

  it('knows package names', () => {
    expect(['a', '@s/a', 'a.b_c~d', 'JSONStream'].map(isPackageName)).toEqual([true, true, true, true]);
    expect(['', '.a', '_a', 'a/b', '@s', 'a b', 'node_modules', '../a'].some(isPackageName)).toBe(false);
  });
});
