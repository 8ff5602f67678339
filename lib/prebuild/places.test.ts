import { describe, expect, it } from 'vitest';
import { findPlaces, firstPlace } from './places.ts';

const files = new Set(['posts/a.md', '_includes/base.njk', 'eleventy.config.js', 'src/app.ts']);
const find = (line: string): unknown[] =>
  findPlaces(line, (path) => files.has(path), '/home/project').map(({ path, line: at, column }) => ({ path, line: at, column }));

describe('findPlaces', () => {
  it.each([
    ['at file:///home/project/eleventy.config.js:3:11', 'eleventy.config.js', 3, 11],
    ['    at Object.<anonymous> (/home/project/src/app.ts:12:5)', 'src/app.ts', 12, 5],
    ['src/app.ts(4,7): error TS2304', 'src/app.ts', 4, 7],
    ['(./_includes/base.njk) [Line 9, Column 21]', '_includes/base.njk', 9, 21],
    ['Template render error: (./posts/a.md)', 'posts/a.md', undefined, undefined],
    ['./posts/a.md:2 is wrong', 'posts/a.md', 2, undefined],
  ])('finds the place in %j', (line, path, at, column) => {
    expect(find(line)).toEqual([{ path, line: at, column }]);
  });
  it('finds nothing outside of the project', () => {
    expect(find('at /etc/passwd.md:1:1 and node:internal/x.js:1:1 and ../posts/a.md:1 and node_modules/x/index.js:3')).toEqual([]);
  });
  it('says where in the line it stands', () => {
    const line = 'see posts/a.md:2 there';
    const [mention] = findPlaces(line, (path) => files.has(path), '/home/project');
    expect(line.slice(mention?.start, mention?.end)).toBe('posts/a.md:2');
  });
});

describe('firstPlace', () => {
  it('does not take files that were read and written for the place', () => {
    const exists = (path: string): boolean => [...files, 'error.njk'].includes(path);
    const log = '[11ty] Writing ./_site/a/ from ./posts/a.md\n[11ty] Writing ./_site/error.html from ./error.njk (njk)\n';
    expect(firstPlace(log, exists, '/home/project')).toBeNull();
    expect(firstPlace(`${log}[11ty] Template render error: (./posts/a.md)`, exists, '/home/project')).toEqual({ path: 'posts/a.md' });
    expect(firstPlace(`${log}[11ty] Error reading error.njk`, exists, '/home/project')).toEqual({ path: 'error.njk' });
  });
  it('prefers a mention with a line', () => {
    expect(firstPlace('Problem writing posts/a.md\n at (./_includes/base.njk:7:2)', (path) => files.has(path), '/home/project')).toEqual({
      path: '_includes/base.njk',
      line: 7,
      column: 2,
    });
  });
});
