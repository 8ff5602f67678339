import { describe, expect, it } from 'vitest';
import { scriptVerdict } from './allow-scripts.ts';
import { parseIntegrity, verify } from './integrity.ts';
import { basename, dirname, isInside, join, normalize, relative, resolve } from './paths.ts';
import { pickManifest } from './pick-manifest.ts';
import { fitsEngines, fitsPlatform } from './target-platform.ts';
import { Tree, TreeNode } from './tree.ts';
import { globToRegExp } from './workspace-pattern.ts';

describe('fitsPlatform', () => {
  it.each([
    [{}, true],
    [{ os: ['linux'] }, true],
    [{ os: ['darwin', 'win32'] }, false],
    [{ os: ['!win32'] }, true],
    [{ os: ['!linux'] }, false],
    [{ cpu: ['x64'] }, true],
    [{ cpu: ['wasm32'] }, true],
    [{ cpu: ['arm64'] }, false],
    [{ cpu: ['!x64'] }, false],
    [{ libc: ['glibc'] }, true],
    [{ libc: ['musl'] }, false],
    [{ os: ['any'] }, true],
  ])('%j → %j', (manifest, fits) => {
    expect(fitsPlatform(manifest)).toBe(fits);
  });
});

describe('fitsEngines', () => {
  it('compares node and npm', () => {
    expect(fitsEngines({ engines: { node: '>=20', npm: '>=10' } }, 'v24.21.0', '11.19.1')).toBe(true);
    expect(fitsEngines({ engines: { node: '<20' } }, 'v24.21.0', '11.19.1')).toBe(false);
    expect(fitsEngines({ engines: { npm: '<10' } }, 'v24.21.0', '11.19.1')).toBe(false);
  });
});

describe('integrity', () => {
  it('takes the strongest known algorithm', () => {
    expect(parseIntegrity('sha1-aaaa sha512-bbbb== md5-cc sha512-dddd')).toEqual({ algorithm: 'sha512', digests: ['bbbb==', 'dddd'] });
    expect(parseIntegrity('md5-cc')).toBeNull();
  });

  it('refuses bytes that are not what was promised', async () => {
    const bytes = new TextEncoder().encode('abc');
    await expect(verify(crypto.subtle, bytes, 'sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=', 'x')).resolves.toBeUndefined();
    await expect(verify(crypto.subtle, bytes, 'sha1-AAAA', 'x')).rejects.toMatchObject({ code: 'EINTEGRITY' });
    await expect(verify(crypto.subtle, bytes, 'unknown', 'x')).rejects.toMatchObject({ code: 'EINTEGRITY' });
  });
});

describe('scriptVerdict', () => {
  const tree = new Tree('/site', { dependencies: { a: '1', alias: 'npm:real@1' } });
  const place = (name: string, version: string, own = name) => {
    const node = new TreeNode(tree, name, { name: own, version });
    tree.attach(node, tree.root);
    return node;
  };
  const a = place('a', '1.2.3');
  const alias = place('alias', '1.0.0', 'real');

  it.each([
    [undefined, 'unreviewed'],
    [{ a: true }, 'allowed'],
    [{ 'a@*': true }, 'allowed'],
    [{ 'a@1.2.3 || 2.0.0': true }, 'allowed'],
    [{ 'a@1.2.4': true }, 'unreviewed'],
    [{ 'a@^1.0.0': true }, 'unreviewed'],
    [{ 'a@1.2.3 || ^2': true }, 'unreviewed'],
    [{ a: true, 'a@1.2.3': false }, 'denied'],
    [{ a: 'true' }, 'unreviewed'],
  ])('for %j is %s', (policy, verdict) => {
    expect(scriptVerdict(a, policy)).toBe(verdict);
  });

  it('goes by the name behind an alias and never covers bundled packages', () => {
    expect(scriptVerdict(alias, { alias: true })).toBe('unreviewed');
    expect(scriptVerdict(alias, { real: true })).toBe('allowed');
    alias.inBundle = true;
    expect(scriptVerdict(alias, { real: true })).toBe('unreviewed');
  });
});

describe('pickManifest', () => {
  const versions = {
    '1.0.0': { version: '1.0.0' },
    '1.1.0': { version: '1.1.0', deprecated: 'broken' },
    '1.2.0': { version: '1.2.0', engines: { node: '>=99' } },
    '2.0.0': { version: '2.0.0' },
    '3.0.0-beta.1': { version: '3.0.0-beta.1' },
  };
  const packument = { name: 'x', versions, tags: { latest: '2.0.0', next: '3.0.0-beta.1' }, json: {} };
  const pick = (kind: 'range' | 'tag' | 'version', wanted: string) =>
    pickManifest(packument, { kind, name: 'x', wanted }, 'v24.0.0')['version'];

  it('prefers what suits, then latest, then the newest', () => {
    expect(pick('range', '*')).toBe('2.0.0');
    expect(pick('range', '^1.0.0')).toBe('1.0.0');
    expect(pick('range', '>=1.2.0 <2')).toBe('1.2.0');
    expect(pick('tag', 'next')).toBe('3.0.0-beta.1');
    expect(pick('version', '1.1.0')).toBe('1.1.0');
  });

  it('says what is not there', () => {
    expect(() => pick('range', '^9')).toThrow('No matching version found for x@^9.');
    expect(() => pick('tag', 'never')).toThrow('No matching version found for x@never.');
  });
});

describe('paths', () => {
  it('follow POSIX', () => {
    expect(normalize('/a/./b//../c/')).toBe('/a/c');
    expect(normalize('../a/../..')).toBe('../..');
    expect(normalize('a/..')).toBe('.');
    expect(join('/a', '', '../b')).toBe('/b');
    expect(resolve('/a/b', '../c')).toBe('/a/c');
    expect(resolve('/a/b', '/c')).toBe('/c');
    expect([dirname('/a/b'), dirname('/a'), dirname('a'), basename('/a/b')]).toEqual(['/a', '/', '.', 'b']);
    expect(relative('/a/b', '/a/c/d')).toBe('../c/d');
    expect(relative('/a', '/a')).toBe('');
    expect([isInside('/a', '/a/b'), isInside('/a', '/ab'), isInside('/', '/a')]).toEqual([true, false, true]);
  });
});

describe('globToRegExp', () => {
  it.each([
    ['packages/*', 'packages/a', true],
    ['packages/*', 'packages/a/b', false],
    ['packages/**', 'packages/a/b', true],
    ['**/lib', 'a/b/lib', true],
    ['**/lib', 'lib', true],
    ['{apps,libs}/x-?', 'libs/x-1', true],
    ['a.b', 'axb', false],
    ['[ab]c', 'bc', true],
  ])('%s on %s is %s', (pattern, path, matches) => {
    expect(globToRegExp(pattern).test(path)).toBe(matches);
  });
});
