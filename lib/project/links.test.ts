import { describe, expect, it } from 'vitest';
import { linkDestination, linkProblems, targetProblem } from './links.ts';

const problems = (links: Record<string, string>): string[] => [...linkProblems(new Map(Object.entries(links))).keys()];

describe('targetProblem', () => {
  it.each(['', '/etc/passwd', 'C:/x', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(1025)])('refuses %j', (target) => {
    expect(targetProblem(target)).not.toBeNull();
  });
  it.each(['a', '../a', 'ü/b', './x', '..'])('leaves %j to the place of the link', (target) => {
    expect(targetProblem(target)).toBeNull();
  });
});

describe('linkProblems', () => {
  it('lets links point to what is there, what is not, themselves, and the root', () => {
    expect(problems({ 'a/x': '../b', 'b/dangling': 'nothing/here', loop: 'loop', one: 'two', two: 'one', 'd/root': '..' })).toEqual([]);
  });
  it('refuses what leaves the project', () => {
    expect(problems({ up: '..', 'a/up': '../..', 'a/b/c': '../../../etc', in: 'a/../b', absolute: '/etc' })).toEqual([
      'up',
      'a/up',
      'a/b/c',
      'absolute',
    ]);
  });
  it('follows links within targets', () => {
    // `d/root/..` looks like `d`, and is the folder above the project.
    expect(problems({ 'd/root': '..', out: 'd/root/../secret', fine: 'd/root/d' })).toEqual(['out']);
  });
  it('refuses a link below a link', () => {
    expect(problems({ a: 'b', 'a/x': 'y' })).toEqual(['a/x']);
  });
});

describe('linkDestination', () => {
  it('is where a chain ends', () => {
    const links = new Map([
      ['a', 'b/c'],
      ['b', 'd/e'],
      ['d/e/c', '../f.md'],
      ['loop', 'loop'],
    ]);
    expect(linkDestination('a', links)).toBe('d/f.md');
    expect(linkDestination('loop', links)).toBeNull();
  });
});
