import { describe, expect, it } from 'vitest';
import { ancestors, baseName, folderOf, isWithin, joinPath, parsePath, requirePath } from './paths.ts';

describe('parsePath', () => {
  it.each(['index.njk', 'posts/a b.md', '.env', 'a/…/ü.txt', '..a/b..'])('takes %s', (path) => {
    expect(parsePath(path)).toEqual({ path });
  });
  it('drops a leading ./ and a trailing slash', () => {
    expect(parsePath('./a/b/')).toEqual({ path: 'a/b' });
  });
  it.each([
    '',
    '.',
    '/',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a/..',
    'a//b',
    'a/./b',
    'C:/x',
    'a\\b',
    'a\u0000b',
    'a\nb',
    'x'.repeat(256),
    `${'a/'.repeat(600)}b`,
  ])('refuses %j', (path) => {
    expect(parsePath(path)).toHaveProperty('reason');
  });
});

describe('requirePath', () => {
  it('throws with a code', () => {
    expect(() => requirePath('../x')).toThrow(expect.objectContaining({ code: 'bad-path' }));
  });
});

describe('paths', () => {
  it('take apart and join', () => {
    expect(baseName('a/b.md')).toBe('b.md');
    expect(folderOf('a/b.md')).toBe('a');
    expect(folderOf('b.md')).toBe('');
    expect(joinPath('', 'b')).toBe('b');
    expect(ancestors('a/b/c')).toEqual(['a', 'a/b']);
  });
  it('know what lies within', () => {
    expect(isWithin('a/b', 'a')).toBe(true);
    expect(isWithin('ab', 'a')).toBe(false);
    expect(isWithin('a', '')).toBe(true);
  });
});
