import { describe, expect, it } from 'vitest';
import { findRunScript } from './run-script.ts';

const files = (texts: Record<string, string>, cwd: string) => ({ read: (path: string) => texts[path], cwd, path: '/bin' });

describe('findRunScript', () => {
  it('takes the nearest package.json and escapes arguments for the shell', () => {
    const found = findRunScript(files({ '/a/package.json': '{"scripts":{"go":"echo hi"}}' }, '/a/b'), 'go', ['x y', "it's", 'plain']);
    expect(found).toEqual({
      command: "echo hi 'x y' 'it'\\''s' plain",
      env: {
        PATH: '/a/b/node_modules/.bin:/a/node_modules/.bin:/node_modules/.bin:/bin',
        NODE_RUN_SCRIPT_NAME: 'go',
        NODE_RUN_PACKAGE_JSON_PATH: '/a/package.json',
      },
    });
  });

  it.each([
    [{}, "Can't find package.json for directory /a\n"],
    [{ '/a/package.json': '{' }, "Can't parse /a/package.json\n"],
    [{ '/a/package.json': '{}' }, 'Can\'t find "scripts" field in /a/package.json\n'],
    [{ '/package.json': '{"scripts":{"b":"c"}}' }, 'Missing script: "go" for /package.json\n\nAvailable scripts are:\n  b: c\n'],
  ])('says what is missing', (texts, error) => {
    expect(findRunScript(files(texts, '/a'), 'go', [])).toEqual({ error });
  });
});
