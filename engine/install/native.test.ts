/**
 * Needs the registry: compares with the npm of this machine. The registry is the one that npm is configured with; where it cannot be reached these tests
 * fail with npm's own words.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryPackageCache, type Platform } from './platform.ts';
import { TestProject } from './testing/project.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const TIMEOUT = 180_000;
let platform: Platform;

function npm(folder: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(() => {
  const registry = npm(os.tmpdir(), 'config', 'get', 'registry').trim();
  platform = {
    fetch,
    registry: registry.endsWith('/') ? registry : `${registry}/`,
    cache: new MemoryPackageCache(),
    subtle: crypto.subtle,
    nodeVersion: process.version,
    now: () => Date.now(),
  };
});

/** Two folders of the same name, so that nothing differs but who installs. */
function twins(manifest: object): { ours: TestProject; native: string } {
  const ours = TestProject.onHost(platform);
  const native = path.join(temporaryFolder('native-'), path.basename(ours.path));
  fs.mkdirSync(native);
  ours.write({ 'package.json': manifest });
  fs.writeFileSync(path.join(native, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { ours, native };
}

/** Path → kind, mode, and content or target of everything below a folder. */
function snapshot(folder: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    const stat = fs.lstatSync(file);
    const what = stat.isSymbolicLink() ? fs.readlinkSync(file) : stat.isDirectory() ? 'directory' : fs.readFileSync(file, 'latin1');
    entries.set(name, `${(stat.mode & 0o777).toString(8)} ${what}`);
  }
  return entries;
}

describe('npm ci against native npm (needs the registry)', () => {
  it('makes the same files, modes, links and hidden lockfile for Eleventy', { timeout: TIMEOUT }, async () => {
    const { ours, native } = twins({ name: 'site', version: '1.0.0', devDependencies: { '@11ty/eleventy': '3.1.8' } });
    npm(native, 'install', '--package-lock-only', '--omit-lockfile-registry-resolved');
    fs.copyFileSync(path.join(native, 'package-lock.json'), path.join(ours.path, 'package-lock.json'));
    npm(native, 'ci');
    const { code, stderr } = await ours.npm('ci', '--ignore-scripts');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const expected = snapshot(path.join(native, 'node_modules'));
    const actual = snapshot(path.join(ours.path, 'node_modules'));
    expect([...actual.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    expect([...actual].filter(([name, entry]) => expected.get(name) !== entry).map(([name]) => name)).toEqual([]);
    expect(actual.size).toBeGreaterThan(1000);
  });
});

describe('npm install --package-lock-only against native npm (needs the registry)', () => {
  it.each([
    [
      'react and vite',
      {
        dependencies: { react: '^19.0.0', 'react-dom': '^19.0.0' },
        devDependencies: { vite: '^7.0.0', '@vitejs/plugin-react': '^5.0.0', typescript: '~5.9.0' },
      },
    ],
    [
      'aliases and nested versions',
      { dependencies: { express: '^5', nunjucks: '^3', lodash: '4', al: 'npm:left-pad@^1.3.0' }, devDependencies: { prettier: '^3' } },
    ],
    ['overrides', { dependencies: { express: '^4.18.0' }, overrides: { qs: '6.11.0', ms: '2.1.2' } }],
  ])('writes the same lockfile for %s', { timeout: TIMEOUT }, async (_, dependencies) => {
    const { ours, native } = twins({ name: 'site', version: '1.0.0', ...dependencies });
    npm(native, 'install', '--package-lock-only', '--omit-lockfile-registry-resolved');
    const { code, stderr } = await ours.npm('install', '--package-lock-only');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(ours.text('package-lock.json')).toBe(fs.readFileSync(path.join(native, 'package-lock.json'), 'utf8'));
  });

  it('refuses the same conflict of peers', { timeout: TIMEOUT }, async () => {
    const { ours, native } = twins({ name: 'site', version: '1.0.0', dependencies: { react: '^19.0.0', 'react-dom': '17.0.2' } });
    expect(() => npm(native, 'install', '--package-lock-only')).toThrow(/ERESOLVE/);
    const { code, stderr } = await ours.npm('install', '--package-lock-only');
    expect(code).toBe(1);
    expect(stderr).toContain('npm error Could not resolve dependency:\nnpm error peer react@"17.0.2" from react-dom@17.0.2');
  });
});
