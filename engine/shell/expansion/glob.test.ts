import { describe, expect, it } from 'vitest';
import { glob } from './glob.ts';
import type { DirectoryReader } from './glob.ts';

const FILES = ['a.js', 'b.js', 'b.css', '.hidden.js', 'src/x.js', 'src/lib/y.js', 'src/.git/z.js', '[odd].js'];

/** A tree made of paths; folders are what paths go through. */
const reader: DirectoryReader = {
  names(directory) {
    const prefix = directory.replace(/^\.\//, '');
    const names = FILES.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length).split('/')[0] ?? '');
    return names.length === 0 ? null : [...new Set(names)];
  },
  isDirectory: (path) => path === '.' || FILES.some((file) => file.startsWith(`${path.replace(/^\.\/|\/$/g, '')}/`)),
  exists: (path) => FILES.some((file) => file === path || file.startsWith(`${path}/`)),
};

describe('glob', () => {
  it('sorts what matches and leaves hidden files out', () => {
    expect(glob('*.js', reader)).toEqual(['[odd].js', 'a.js', 'b.js']);
    expect(glob('?.css', reader)).toEqual(['b.css']);
    expect(glob('[!b].js', reader)).toEqual(['a.js']);
    expect(glob('*.ts', reader)).toEqual([]);
  });

  it('gives hidden files to patterns that begin with a dot', () => {
    expect(glob('.h*', reader)).toEqual(['.hidden.js']);
  });

  it('goes through folders only, one segment a time', () => {
    expect(glob('src/*', reader)).toEqual(['src/lib', 'src/x.js']);
    expect(glob('*/*.js', reader)).toEqual(['src/x.js']);
    expect(glob('src/*/y.js', reader)).toEqual(['src/lib/y.js']);
    expect(glob('*/', reader)).toEqual(['src/']);
  });

  it('reads no folder for a bracket that nothing closes', () => {
    const blind: DirectoryReader = {
      ...reader,
      names: () => {
        throw new Error('a folder was read');
      },
    };
    expect(glob('[', blind)).toEqual([]);
    expect(() => glob('[a]', blind)).toThrow('a folder was read');
  });

  it('takes quoted characters as they are', () => {
    expect(glob('\\[odd\\]*', reader)).toEqual(['[odd].js']);
    expect(glob('\\*.js', reader)).toEqual([]);
  });
});
