import { describe, expect, it } from 'vitest';
import { detectScripts } from './detect.ts';

const detect = (manifest: unknown, ...others: string[]): ReturnType<typeof detectScripts> =>
  detectScripts(
    new Map([
      ['package.json', typeof manifest === 'string' ? manifest : JSON.stringify(manifest)],
      ...others.map((path): [string, string] => [path, '']),
    ]),
  );

describe('detectScripts', () => {
  it('reads an Eleventy project', () => {
    expect(
      detect({ scripts: { dev: 'eleventy --serve', build: 'eleventy' }, devDependencies: { '@11ty/eleventy': '3' } }, 'package-lock.json'),
    ).toEqual({
      dev: 'dev',
      build: 'build',
      output: '_site',
      generator: 'Eleventy',
      install: 'ci',
      broken: null,
    });
  });
  it('takes a framework before its bundler', () => {
    expect(detect({ dependencies: { astro: '7', vite: '8' } })).toMatchObject({ generator: 'Astro', output: 'dist', install: 'install' });
  });
  it('falls back to start and serve', () => {
    expect(detect({ scripts: { serve: 'x', start: 'y' } }).dev).toBe('start');
  });
  it('follows the folder that VitePress is given', () => {
    expect(detect({ scripts: { build: 'vitepress build docs' }, devDependencies: { vitepress: '1' } }).output).toBe('docs/.vitepress/dist');
  });
  it('installs nothing without dependencies', () => {
    expect(detect({ scripts: { build: 'node build.js' } })).toMatchObject({ install: null, generator: null, output: null });
  });
  it('reads past the byte order mark that some editors write', () => {
    expect(detect('\uFEFF{ "scripts": { "dev": "node ." } }')).toMatchObject({ dev: 'dev', broken: null });
  });
  it('survives no manifest, a broken one and strange values', () => {
    expect(detectScripts(new Map())).toMatchObject({ dev: null, broken: null });
    expect(detect('{ "scripts": ').broken).toMatch(/JSON/);
    expect(detect({ scripts: ['dev'], dependencies: 'none' })).toMatchObject({ dev: null, install: null });
  });
});
