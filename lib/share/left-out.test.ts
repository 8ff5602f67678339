import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProject } from '../project/project.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { isSecret, leftOut, withoutLeftOut } from './left-out.ts';

function project(files: Record<string, string>, folders: string[] = []): ProjectFiles {
  return createProject({ id: 'p', name: 'P', files: Object.entries(files), folders }).store.getState();
}

/** Which of the paths git ignores. */
function gitIgnores(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ignore-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = (args: string[], input?: string): string =>
    execFileSync('git', ['-c', 'core.excludesFile=', ...args], { cwd: folder, encoding: 'utf8', ...(input !== undefined && { input }) });
  git(['init', '-q']);
  const untracked = git(['ls-files', '--others', '--exclude-standard', '-z']).split('\0');
  return Object.keys(files)
    .filter((path) => !untracked.includes(path))
    .sort();
}

const FILES = [
  'a.log',
  'keep.log',
  'b/a.log',
  'b/keep.log',
  'b/c/keep.log',
  'build/x.js',
  'b/build/x.js',
  'b/c/build/deep/y.js',
  'docs/index.md',
  'docs/draft.md',
  'docs/sub/draft.md',
  'space name/x.md',
  'we[ird]/x.md',
  'we[ird]/#hash',
  '!bang',
  '#hash',
  'tmp',
  'b/tmp',
  'Upper.TXT',
  'foo/bar/baz.js',
  'x/foo/bar/baz.js',
];

describe('leftOut', () => {
  it.each<[string, Record<string, string>]>([
    ['names and globs', { '.gitignore': '*.log\n!keep.log\nbuild/\n' }],
    ['a parent that is out keeps all of its own out', { '.gitignore': 'b\n!b/keep.log\n' }],
    ['anchored patterns', { '.gitignore': '/tmp\n/docs/*.md\nfoo/bar\n' }],
    ['double stars', { '.gitignore': '**/build\nb/**/keep.log\nfoo/**\n' }],
    ['comments, blanks, escapes, returns', { '.gitignore': '# no\r\n\r\n\\#hash\r\n\\!bang\r\ntmp  \r\n' }],
    ['cases and ranges', { '.gitignore': 'upper.txt\n[a-c].log\n?mp\n' }],
    [
      'lists in folders',
      { 'b/.gitignore': '*.log\n!keep.log\n/build\n', 'docs/.gitignore': 'draft.md\n', 'we[ird]/.gitignore': '\\#hash\nx.md\n' },
    ],
    [
      'a deeper list over a higher one',
      { '.gitignore': 'build/\n*.log\n', 'b/.gitignore': '!build/\n!*.log\n', 'b/c/.gitignore': 'keep.log\n' },
    ],
    ['a list in a folder with a blank in its name', { 'space name/.gitignore': '*.md\n!/x.md\n' }],
    ['everything but', { '.gitignore': '/*\n!/docs\n!.gitignore\n' }],
  ])('follows git: %s', (_name, lists) => {
    const files = { ...Object.fromEntries(FILES.map((path) => [path, 'x'])), ...lists };
    const kept = withoutLeftOut(project(files), new Set());
    expect(
      Object.keys(files)
        .filter((path) => !kept.files.has(path))
        .sort(),
    ).toEqual(gitIgnores(files));
  });

  it('lists what is out by the outermost folder, and secrets one by one', () => {
    const files = {
      '.gitignore': 'out/\n*.log\n',
      '.env': 'KEY=1',
      '.env.local': 'KEY=2',
      '.env.example': 'KEY=',
      'out/a/b.md': '12345',
      'out/c.md': '1',
      'out/.env.production': 'KEY=3',
      'x.log': '12',
    };
    expect(leftOut(project(files, ['out/empty'])).map(({ path, reason, count, bytes }) => [path, reason, count, bytes])).toEqual([
      ['.env', 'secret', 1, 5],
      ['.env.local', 'secret', 1, 5],
      ['out', 'ignored', 2, 6],
      ['out/.env.production', 'secret', 1, 5],
      ['x.log', 'ignored', 1, 2],
    ]);
    const kept = withoutLeftOut(project(files, ['out/empty']), new Set(['out', '.env']));
    expect([...kept.files.keys()].sort()).toEqual(['.env', '.env.example', '.gitignore', 'out/a/b.md', 'out/c.md']);
    expect(kept.folders).toContain('out/empty');
    expect(withoutLeftOut(project(files, ['out/empty']), new Set()).folders.size).toBe(0);
  });
});

describe('isSecret', () => {
  it.each(['.env', '.env.local', 'a/.ENV.production', '.envrc', '.env/keys.txt'])('takes %s for one', (path) =>
    expect(isSecret(path)).toBe(true),
  );
  it.each(['.env.example', '.env.sample', 'env', 'environment.js', 'a.env', '.env.example/x'])('lets %s pass', (path) =>
    expect(isSecret(path)).toBe(false),
  );
});
