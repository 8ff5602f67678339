import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryPackageCache, type Platform } from './platform.ts';
import { FakeRegistry } from './testing/fake-registry.ts';
import { TestProject } from './testing/project.ts';

let registry: FakeRegistry;
let images: MemoryPackageCache;
let platform: Platform;

const manifest = { name: 'site', version: '1.0.0', dependencies: { a: '1' }, devDependencies: { b: '1' } };

beforeEach(() => {
  registry = new FakeRegistry();
  images = new MemoryPackageCache();
  platform = { ...registry.platform, images };
  registry.publish({ name: 'a', version: '1.0.0', bin: 'a.js' }, [{ path: 'a.js', content: 'a' }]);
  registry.publish({ name: 'b', version: '1.0.0' });
});

async function lock(): Promise<string> {
  const project = TestProject.inEngine(platform);
  project.write({ 'package.json': manifest });
  await project.npm('install', '--package-lock-only');
  return project.text('package-lock.json') ?? '';
}

async function fresh(lockfile: string): Promise<TestProject> {
  const project = TestProject.inEngine(platform);
  project.write({ 'package.json': manifest, 'package-lock.json': lockfile });
  return project;
}

describe('tree images', () => {
  it('fill node_modules of a new project with the same lockfile without packages or requests', async () => {
    const lockfile = await lock();
    const first = await fresh(lockfile);
    await first.npm('ci');
    registry.requests.length = 0;
    // With the package cache gone only the image can answer.
    platform = { ...platform, cache: new MemoryPackageCache() };
    const second = await fresh(lockfile);
    second.write({ 'node_modules/stray/x': 'x' });
    const { code, stdout, stderr } = await second.npm('ci');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('added 2 packages');
    expect(registry.requests).toEqual([]);
    expect(second.list('node_modules')).toEqual(first.list('node_modules'));
    expect(second.disk.readlink('/home/site/node_modules/.bin/a')).toBe('../a/a.js');
    expect(second.text('node_modules/.package-lock.json')).toBe(first.text('node_modules/.package-lock.json'));
    expect((await second.npm('install')).stdout).toContain('up to date');
    expect(second.list('.')).toEqual(['node_modules', 'package-lock.json', 'package.json']);
  });

  it('differ by what is left out', async () => {
    const lockfile = await lock();
    await (await fresh(lockfile)).npm('ci');
    const second = await fresh(lockfile);
    await second.npm('ci', '--omit=dev');
    expect(second.list('node_modules')).toEqual(['.bin', '.package-lock.json', 'a']);
  });

  it('are passed over when they are damaged', async () => {
    const lockfile = await lock();
    await (await fresh(lockfile)).npm('ci');
    platform = { ...platform, images: { get: () => Promise.resolve(new Uint8Array(5000)), put: (key, bytes) => images.put(key, bytes) } };
    const second = await fresh(lockfile);
    expect((await second.npm('ci')).code).toBe(0);
    expect(second.json('node_modules/a/package.json')['version']).toBe('1.0.0');
  });
});
