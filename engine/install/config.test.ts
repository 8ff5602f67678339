import { describe, expect, it } from 'vitest';
import { Config, findPrefix, parseCommandLine, readNpmrc } from './config.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { TestProject } from './testing/project.ts';

function config(args: string[], env: Record<string, string> = {}, files: Record<string, string> = {}): Config {
  return new Config(parseCommandLine(args).flags, new Map(Object.entries(env)), new Map(Object.entries(files)));
}

describe('parseCommandLine', () => {
  it('separates flags, their values, and arguments', () => {
    const line = parseCommandLine([
      'install',
      '-DE',
      'a',
      '--omit=dev',
      '--omit',
      'peer',
      '--no-save',
      '--force',
      'false',
      'b',
      '--',
      '--c',
    ]);
    expect(line.positional).toEqual(['install', 'a', 'b', '--c']);
    expect(Object.fromEntries(line.flags)).toEqual({
      'save-dev': ['true'],
      'save-exact': ['true'],
      omit: ['dev', 'peer'],
      save: ['false'],
      force: ['false'],
    });
  });

  it('leaves everything after the first argument alone where asked', () => {
    const line = parseCommandLine(['-y', 'tool', '--flag', '-x', '--', 'y'], 0);
    expect(line.positional).toEqual(['tool', '--flag', '-x', '--', 'y']);
    expect([...line.flags.keys()]).toEqual(['yes']);
  });
});

describe('Config', () => {
  it('takes the command line before variables before .npmrc', () => {
    const files = { 'save-prefix': '~', loglevel: 'silent' };
    expect(config([], {}, files).get('save-prefix')).toBe('~');
    expect(config([], { npm_config_save_prefix: '' }, files).get('save-prefix')).toBe('');
    expect(config(['--save-prefix', '^'], { npm_config_save_prefix: '' }, files).get('save-prefix')).toBe('^');
    expect(config([], {}, files).silent).toBe(true);
    expect(config(['--no-audit']).is('audit', true)).toBe(false);
  });

  it('knows what to omit', () => {
    const none = { dev: false, optional: false, peer: false };
    expect(config([]).omit).toEqual(none);
    expect(config(['--production']).omit).toEqual({ ...none, dev: true });
    expect(config([], { NODE_ENV: 'production' }).omit).toEqual({ ...none, dev: true });
    expect(config(['--include=dev'], { NODE_ENV: 'production' }).omit).toEqual(none);
    expect(config(['--omit=dev', '--omit=optional', '--include=optional']).omit).toEqual({ ...none, dev: true });
    expect(config(['--no-optional']).omit).toEqual({ ...none, optional: true });
  });
});

describe('readNpmrc, findPrefix', () => {
  it("read the project's settings and find its folder", () => {
    const project = TestProject.inEngine(new FakeRegistry().platform);
    project.write({
      '.npmrc':
        '; comment\n# comment\nsave-exact = true\ninit-license="MIT"\ntoken=${TOKEN}\nother=${NONE}\nomit[]=dev\nomit[]=peer\nforce\n',
      'package.json': {},
      'a/b/c.txt': '',
      'node_modules/x/lib/y.js': '',
    });
    expect(Object.fromEntries(readNpmrc(project.disk, project.path, new Map([['TOKEN', 't']])))).toEqual({
      'save-exact': 'true',
      'init-license': 'MIT',
      token: 't',
      other: '${NONE}',
      omit: 'dev,peer',
      force: 'true',
    });
    expect(findPrefix(project.disk, '/home/site/a/b')).toBe('/home/site');
    expect(findPrefix(project.disk, '/home/site/node_modules/x/lib')).toBe('/home/site');
    expect(findPrefix(project.disk, '/nowhere')).toBe('/nowhere');
  });
});
