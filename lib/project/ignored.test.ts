import { describe, expect, it } from 'vitest';
import { ignoredPaths } from './ignored.ts';

describe('ignoredPaths', () => {
  const ignores = ignoredPaths('docs/out');
  it.each(['node_modules', 'packages/a/node_modules/x', '_site/index.html', 'dist/a.js', '.cache/x', 'docs/out/index.html'])(
    'leaves %s in the engine',
    (path) => {
      expect(ignores(path)).toBe(true);
    },
  );
  it.each(['src/dist/a.js', 'node_modules.md', 'docs/output/x', 'public/robots.txt', '.gitignore'])('takes %s', (path) => {
    expect(ignores(path)).toBe(false);
  });
});
