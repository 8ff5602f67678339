import { beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry, integrityOf } from './testing/fake-registry.ts';
import { TestProject } from './testing/project.ts';

let registry: FakeRegistry;
let project: TestProject;

beforeEach(() => {
  registry = new FakeRegistry();
  project = TestProject.inEngine(registry.platform);
});

/** A project with a lockfile made by resolving, and nothing installed. */
async function locked(dependencies: Record<string, string>, more: object = {}): Promise<void> {
  project.write({ 'package.json': { name: 'site', version: '1.0.0', dependencies, ...more } });
  const { code, stderr } = await project.npm('install', '--package-lock-only');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  registry.requests.length = 0;
}

describe('npm ci', () => {
  it('installs the lockfile with nested packages, commands, and the hidden lockfile', async () => {
    registry.publish({ name: 'a', version: '1.0.0', dependencies: { b: '^1.0.0' }, bin: { tool: './cli.js' } }, [
      { path: 'cli.js', content: '#!/usr/bin/env node\r\nrun()\r\n' },
    ]);
    registry.publish({ name: 'b', version: '1.5.0' });
    registry.publish({ name: 'b', version: '2.0.0' });
    registry.publish({ name: '@s/c', version: '1.0.0', bin: 'c.js' }, [{ path: 'c.js', content: 'c' }]);
    await locked({ a: '^1.0.0', b: '^2.0.0', '@s/c': '*' });
    const { code, stdout, stderr } = await project.npm('ci');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\nadded 4 packages in \d+m?s\n$/);
    expect(code).toBe(0);
    expect(project.json('node_modules/b/package.json')['version']).toBe('2.0.0');
    expect(project.json('node_modules/a/node_modules/b/package.json')['version']).toBe('1.5.0');
    expect(project.disk.readlink('/home/site/node_modules/.bin/tool')).toBe('../a/cli.js');
    expect(project.disk.readlink('/home/site/node_modules/.bin/c')).toBe('../@s/c/c.js');
    expect(project.text('node_modules/a/cli.js')).toBe('#!/usr/bin/env node\nrun()\r\n');
    expect(project.list('node_modules')).toEqual(['.bin', '.package-lock.json', '@s', 'a', 'b']);
    const hidden = project.json('node_modules/.package-lock.json')['packages'] as object;
    expect(Object.keys(hidden)).toEqual(['node_modules/@s/c', 'node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/b']);
  });

  it('removes what is in node_modules and takes packages from the cache without a request', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    await locked({ a: '1' });
    await project.npm('ci');
    expect(registry.requests).toEqual(['a/-/a-1.0.0.tgz']);
    project.write({ 'node_modules/stray/package.json': {}, 'node_modules/a/extra.js': 'x' });
    registry.requests.length = 0;
    const { stdout } = await project.npm('ci');
    expect(stdout).toContain('added 1 package in');
    expect(registry.requests).toEqual([]);
    expect(project.exists('node_modules/stray')).toBe(false);
    expect(project.exists('node_modules/a/extra.js')).toBe(false);
  });

  it('refuses without a lockfile and when package.json disagrees with it', async () => {
    project.write({ 'package.json': { name: 'site', dependencies: {} } });
    expect(await project.npm('ci')).toMatchObject({ code: 1, stderr: expect.stringContaining('npm error code EUSAGE') as unknown });
    registry.publish({ name: 'a', version: '1.0.0' });
    registry.publish({ name: 'b', version: '1.0.0' });
    await locked({ a: '1' });
    project.write({ 'package.json': { name: 'site', version: '1.0.0', dependencies: { a: '^3', b: '^1' } } });
    const { code, stderr } = await project.npm('ci');
    expect(code).toBe(1);
    expect(stderr).toContain("npm error Invalid: lock file's a@1.0.0 does not satisfy a@^3");
    expect(stderr).toContain('npm error Missing: b@^1 from lock file');
    expect(project.exists('node_modules')).toBe(false);
  });

  it('stops at wrong bytes, names the package, and leaves what was there', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    const good = registry.publish({ name: 'b', version: '1.0.0' });
    await locked({ a: '1', b: '1' });
    project.write({ 'node_modules/old/package.json': { name: 'old' } });
    const tampered = good.slice();
    tampered[tampered.length - 5] = (tampered[tampered.length - 5] ?? 0) ^ 1;
    registry.intercept = (path) => (path.startsWith('b/-/') ? new Response(tampered) : undefined);
    const { code, stderr } = await project.npm('ci');
    expect(code).toBe(1);
    expect(stderr).toContain('npm error code EINTEGRITY');
    expect(stderr).toContain('b@1.0.0: integrity checksum failed when using sha512: wanted');
    expect(stderr).toContain(integrityOf(tampered));
    expect(project.list('node_modules')).toEqual(['old']);
  });

  it('does not trust a cache whose bytes changed', async () => {
    const tarball = registry.publish({ name: 'a', version: '1.0.0' });
    await locked({ a: '1' });
    await registry.cache.put(integrityOf(tarball), new Uint8Array([1, 2, 3]));
    expect((await project.npm('ci')).code).toBe(0);
    expect(registry.requests).toEqual(['a/-/a-1.0.0.tgz']);
  });

  it('leaves out what does not fit the platform and takes wasm32', async () => {
    registry.publish({ name: 'native-linux', version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['glibc'] });
    registry.publish({ name: 'native-musl', version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['musl'] });
    registry.publish({ name: 'native-mac', version: '1.0.0', os: ['darwin'] });
    registry.publish({ name: 'native-wasm', version: '1.0.0', cpu: ['wasm32'] });
    registry.publish({
      name: 'tool',
      version: '1.0.0',
      optionalDependencies: { 'native-linux': '1.0.0', 'native-musl': '1.0.0', 'native-mac': '1.0.0', 'native-wasm': '1.0.0' },
    });
    await locked({ tool: '1' });
    expect((await project.npm('ci')).stdout).toContain('added 3 packages');
    expect(project.list('node_modules')).toEqual(['.package-lock.json', 'native-linux', 'native-wasm', 'tool']);
    expect(Object.keys(project.json('package-lock.json')['packages'] as object)).toContain('node_modules/native-mac');
  });

  it('refuses a required package that does not fit, and tolerates an optional one that fails', async () => {
    registry.publish({ name: 'mac', version: '1.0.0', os: ['darwin'] });
    await locked({ mac: '1' });
    expect((await project.npm('ci')).stderr).toContain('code EBADPLATFORM');
    registry.publish({ name: 'flaky', version: '1.0.0', dependencies: { only: '1' } });
    registry.publish({ name: 'only', version: '1.0.0' });
    project = TestProject.inEngine(registry.platform);
    await locked({}, { optionalDependencies: { flaky: '1' } });
    registry.intercept = (path) => (path.startsWith('flaky/-/') ? new Response('gone', { status: 410 }) : undefined);
    const { code, stderr } = await project.npm('ci');
    expect(code).toBe(0);
    expect(stderr).toContain('SKIPPING OPTIONAL DEPENDENCY: flaky@1.0.0');
    expect(project.list('node_modules')).not.toContain('flaky');
  });

  it('leaves out development dependencies with --omit=dev', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    registry.publish({ name: 'd', version: '1.0.0', dependencies: { a: '1', e: '1' } });
    registry.publish({ name: 'e', version: '1.0.0' });
    await locked({ a: '1' }, { devDependencies: { d: '1' } });
    await project.npm('ci', '--omit=dev');
    expect(project.list('node_modules')).toEqual(['.package-lock.json', 'a']);
  });

  it('says that the registry cannot be reached', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    await locked({ a: '1' });
    registry.intercept = () => new TypeError('fetch failed');
    const { code, stderr } = await project.npm('ci');
    expect(code).toBe(1);
    expect(stderr).toContain('code ENETUNREACH');
    expect(stderr).toContain('for a@1.0.0 failed, reason: fetch failed');
    expect(stderr).toContain('The registry cannot be reached');
  });

  it('asks again when the registry is busy', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    await locked({ a: '1' });
    let refusals = 1;
    registry.intercept = () => (refusals-- > 0 ? new Response('busy', { status: 503 }) : undefined);
    expect((await project.npm('ci')).code).toBe(0);
    expect(registry.requests).toHaveLength(2);
  });

  it('says when the file system is full and leaves no half', async () => {
    // What random bytes are packed to is as large as they are.
    const content = Array.from({ length: 3_000_000 }, (_, index) => String.fromCharCode(33 + ((index * 7919) % 90))).join('');
    registry.publish({ name: 'big', version: '1.0.0' }, [{ path: 'big.txt', content }]);
    registry.publish({ name: 'small', version: '1.0.0' });
    project = TestProject.inEngine(registry.platform, 2 * 1024 * 1024);
    await locked({ big: '1', small: '1' });
    const { code, stderr } = await project.npm('ci');
    expect(code).toBe(1);
    expect(stderr).toContain('code ENOSPC');
    expect(stderr).toContain('The file system of this project is full');
    expect(project.list('node_modules')).toEqual([]);
  });

  it('uses the own registry for addresses of other hosts', async () => {
    registry.publish({ name: '@s/a', version: '1.0.0' });
    await locked({ '@s/a': '1' });
    const lock = project.text('package-lock.json') ?? '';
    project.write({
      'package-lock.json': lock.replace(
        '"integrity"',
        '"resolved": "https://elsewhere.example/npm/@s/a/-/a-1.0.0.tgz",\n      "integrity"',
      ),
    });
    expect((await project.npm('ci')).code).toBe(0);
    expect(registry.requests).toEqual(['@s/a/-/a-1.0.0.tgz']);
  });

  it('links workspaces and folders', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    project.write({
      'packages/one/package.json': { name: '@w/one', version: '1.0.0', bin: 'one.js', dependencies: { a: '1' } },
      'packages/one/one.js': 'one',
      'packages/two/package.json': { name: 'two', version: '1.0.0', dependencies: { '@w/one': '^1.0.0' } },
      'local/package.json': { name: 'local', version: '1.0.0' },
    });
    await locked({ local: 'file:local' }, { workspaces: ['packages/*'] });
    expect((await project.npm('ci')).code).toBe(0);
    expect(project.disk.readlink('/home/site/node_modules/@w/one')).toBe('../../packages/one');
    expect(project.disk.readlink('/home/site/node_modules/two')).toBe('../packages/two');
    expect(project.disk.readlink('/home/site/node_modules/local')).toBe('../local');
    expect(project.disk.readlink('/home/site/node_modules/.bin/one')).toBe('../@w/one/one.js');
    expect(project.exists('node_modules/a/package.json')).toBe(true);
  });
});

describe('npm install', () => {
  it('is up to date without a request when everything is there', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    await locked({ a: '1' });
    await project.npm('install');
    registry.requests.length = 0;
    expect((await project.npm('install')).stdout).toMatch(/^\nup to date in /);
    expect(registry.requests).toEqual([]);
  });

  it('adds packages to the right group, keeps the format of package.json, and nests what conflicts', async () => {
    registry.publish({ name: 'a', version: '1.2.3' });
    registry.publish({ name: 'b', version: '2.0.0', dependencies: { a: '^1.0.0' } });
    registry.publish({ name: 'a', version: '2.0.0' });
    project.write({ 'package.json': '{\n\t"name": "site",\n\t"private": true\n}' });
    expect((await project.npm('install', 'a@1.2.3', '-E')).stdout).toContain('added 1 package');
    expect((await project.npm('i', '-D', 'b')).stdout).toContain('added 1 package');
    expect(project.text('package.json')).toBe(
      '{\n\t"name": "site",\n\t"private": true,\n\t"dependencies": {\n\t\t"a": "1.2.3"\n\t},\n\t"devDependencies": {\n\t\t"b": "^2.0.0"\n\t}\n}\n',
    );
    await project.npm('i', 'a');
    expect(project.json('package.json')['dependencies']).toEqual({ a: '^2.0.0' });
    expect(project.json('node_modules/a/package.json')['version']).toBe('2.0.0');
    expect(project.json('node_modules/b/node_modules/a/package.json')['version']).toBe('1.2.3');
  });

  it('restores a package that was removed by hand and drops extraneous ones on uninstall', async () => {
    registry.publish({ name: 'a', version: '1.0.0', dependencies: { c: '1' }, bin: 'a.js' }, [{ path: 'a.js', content: 'a' }]);
    registry.publish({ name: 'b', version: '1.0.0' });
    registry.publish({ name: 'c', version: '1.0.0' });
    await locked({ a: '1', b: '1' });
    await project.npm('install');
    project.disk.remove('/home/site/node_modules/c');
    expect((await project.npm('install')).stdout).toContain('1 package in');
    expect(project.exists('node_modules/c/package.json')).toBe(true);
    expect((await project.npm('uninstall', 'a')).stdout).toContain('removed 2 packages');
    expect(project.list('node_modules')).toEqual(['.package-lock.json', 'b']);
    expect(project.json('package.json')['dependencies']).toEqual({ b: '1' });
  });

  it('installs aliases, tags, folders, tarballs and bundled packages', async () => {
    const tarball = registry.publish({ name: 'real', version: '1.0.0' });
    registry.publish({ name: 'bundler', version: '1.0.0', dependencies: { inner: '1' }, bundleDependencies: ['inner'] }, [
      { path: 'node_modules/inner/package.json', content: '{"name":"inner","version":"1.0.0"}' },
    ]);
    project.write({ 'package.json': { name: 'site', version: '1.0.0' } });
    project.disk.write('/home/site/real.tgz', tarball);
    expect((await project.npm('i', 'alias@npm:real@latest', 'bundler', './real.tgz')).stderr).toBe('');
    expect(project.json('package.json')['dependencies']).toEqual({ alias: 'npm:real@^1.0.0', bundler: '^1.0.0', real: 'file:real.tgz' });
    const packages = project.json('package-lock.json')['packages'] as Record<string, Record<string, unknown>>;
    expect(packages['node_modules/alias']).toMatchObject({ name: 'real', version: '1.0.0' });
    expect(packages['node_modules/bundler/node_modules/inner']).toMatchObject({ inBundle: true });
    expect(packages['node_modules/real']).toMatchObject({ resolved: 'file:real.tgz', integrity: integrityOf(tarball) });
    project.disk.remove('/home/site/node_modules');
    expect((await project.npm('ci')).stdout).toContain('added 4 packages');
  });

  it('applies overrides', async () => {
    registry.publish({ name: 'a', version: '1.0.0', dependencies: { b: '^1.0.0' } });
    registry.publish({ name: 'b', version: '1.0.0' });
    registry.publish({ name: 'b', version: '2.0.0' });
    await locked({ a: '1' }, { overrides: { b: '2.0.0' } });
    await project.npm('ci');
    expect(project.json('node_modules/b/package.json')['version']).toBe('2.0.0');
  });

  it('installs peers and refuses those that conflict', async () => {
    registry.publish({ name: 'host', version: '1.0.0' });
    registry.publish({ name: 'host', version: '2.0.0' });
    registry.publish({ name: 'plugin', version: '1.0.0', peerDependencies: { host: '^1.0.0' } });
    project.write({ 'package.json': { name: 'site', version: '1.0.0', dependencies: { plugin: '1' } } });
    await project.npm('install');
    expect(project.json('node_modules/host/package.json')['version']).toBe('1.0.0');
    project = TestProject.inEngine(registry.platform);
    project.write({ 'package.json': { name: 'site', version: '1.0.0', dependencies: { plugin: '1', host: '2' } } });
    const { code, stderr } = await project.npm('install');
    expect(code).toBe(1);
    expect(stderr).toContain('npm error code ERESOLVE');
    expect(stderr).toContain('npm error peer host@"^1.0.0" from plugin@1.0.0');
    expect((await project.npm('install', '--legacy-peer-deps')).code).toBe(0);
  });

  it('names a package that does not exist and a version that does not', async () => {
    registry.publish({ name: 'a', version: '1.0.0', dependencies: { nowhere: '1' } });
    project.write({ 'package.json': { name: 'site', dependencies: { a: '1' } } });
    const missing = await project.npm('install');
    expect(missing.stderr).toContain('npm error code E404');
    expect(missing.stderr).toContain("'nowhere@*' could not be found");
    expect(missing.stderr).toContain('Required by a@1.0.0');
    const version = await project.npm('install', 'a@9');
    expect(version.stderr).toContain('npm error code ETARGET');
    expect(version.stderr).toContain('No matching version found for a@9');
  });

  it('emits progress for the IDE only when asked', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    await locked({ a: '1' });
    expect((await project.npm('ci')).stderr).toBe('');
    project.env = { JAMPOT_PROGRESS: '1' };
    const { stderr } = await project.npm('ci');
    const messages = stderr
      .split('\u0007')
      .filter((part) => part !== '')
      .map((part) => JSON.parse(part.replace('\u001B]7337;', '')) as object);
    expect(messages[0]).toMatchObject({ phase: 'fetch', done: 1, total: 1, name: 'a@1.0.0' });
    expect(messages.at(-1)).toMatchObject({ phase: 'link' });
  });

  it('keeps the order of keys and what it does not know in package.json', async () => {
    registry.publish({ name: 'a', version: '1.0.0' });
    project.write({ 'package.json': { zeta: [1], name: 'site', dependencies: { b: '1', a: '1' } } });
    registry.publish({ name: 'b', version: '1.0.0' });
    await project.npm('uninstall', 'b');
    expect(Object.entries(project.json('package.json'))).toEqual([
      ['zeta', [1]],
      ['name', 'site'],
      ['dependencies', { a: '1' }],
    ]);
  });
});
