import { describe, expect, it } from 'vitest';
import { searchProject } from './project-search.ts';

const files = new Map<string, string | Uint8Array<ArrayBuffer>>([
  ['b.md', 'one\n  Two words here\nthree'],
  ['a.md', 'two'],
  ['x.png', new Uint8Array([116, 119, 111])],
  ['package-lock.json', 'two'],
]);

describe('searchProject', () => {
  it('finds lines in text files, in the order of their paths', () => {
    expect(searchProject(files, 'two').map(({ path, hits }) => [path, hits.map(({ line, column }) => [line, column])])).toEqual([
      ['a.md', [[1, 1]]],
      ['b.md', [[2, 3]]],
    ]);
  });
  it('counts capital letters when there is one', () => {
    expect(searchProject(files, 'Two').map(({ path }) => path)).toEqual(['b.md']);
  });
  it('marks the match in the shown text, also in a long line', () => {
    const [found] = searchProject(new Map([['long.md', `${'x'.repeat(500)}needle${'y'.repeat(500)}`]]), 'needle');
    const hit = found?.hits[0];
    expect(hit?.text.slice(hit.start, hit.end)).toBe('needle');
    expect(hit?.text.length).toBeLessThan(140);
    const [indented] = searchProject(files, 'words');
    const second = indented?.hits[0];
    expect(second?.text.slice(second.start, second.end)).toBe('words');
  });
  it('finds nothing for nothing', () => {
    expect(searchProject(files, '')).toEqual([]);
  });
});
