import { describe, expect, it } from 'vitest';
import { extensionOf, fileKind, imageType } from './file-kind.ts';

describe('fileKind', () => {
  it.each([
    ['a/index.njk', 'markup'],
    ['x.MD', 'markdown'],
    ['eleventy.config.js', 'config'],
    ['.gitignore', 'config'],
    ['package-lock.json', 'lock'],
    ['package.json', 'data'],
    ['Makefile', 'text'],
    ['a.constructor', 'text'],
  ])('%s is %s', (path, kind) => {
    expect(fileKind(path)).toBe(kind);
  });
});

describe('extensionOf', () => {
  it('is empty for dotfiles and names without a dot', () => {
    expect([extensionOf('.env'), extensionOf('a.b/c'), extensionOf('a.tar.GZ')]).toEqual(['', '', 'gz']);
  });
});

describe('imageType', () => {
  it('knows what a browser shows', () => {
    expect([imageType('x.svg'), imageType('x.psd'), imageType('x.constructor')]).toEqual(['image/svg+xml', null, null]);
  });
});
