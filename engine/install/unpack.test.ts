import { beforeEach, describe, expect, it } from 'vitest';
import { gunzip } from './gunzip.ts';
import { FakeRegistry, pack, tar } from './testing/fake-registry.ts';
import { TestProject } from './testing/project.ts';
import { unpackPackage } from './unpack.ts';

let project: TestProject;
beforeEach(() => {
  project = TestProject.inEngine(new FakeRegistry().platform);
});

const mode = (name: string) => {
  const out = new Float64Array(18);
  expect(project.disk.files.lstat(`/p/${name}`, out)).toBe(0);
  return (out[1] ?? 0) & 0o777;
};

describe('unpackPackage', () => {
  it('drops the first segment whatever it is called and gives sane modes', async () => {
    const count = await unpackPackage(
      project.disk,
      pack([
        { path: 'anything/package.json', content: '{}', mode: 0o400 },
        { path: 'anything/bin/x.js', content: '#!', mode: 0o777 },
      ]),
      '/p',
      'x@1.0.0',
    );
    expect(count).toBe(2);
    expect(project.disk.readText('/p/package.json')).toBe('{}');
    expect(mode('package.json')).toBe(0o644);
    expect(mode('bin/x.js')).toBe(0o755);
  });

  it('leaves out links and folders, and turns .gitignore into .npmignore unless there is one', async () => {
    await unpackPackage(
      project.disk,
      pack([
        { path: 'package/link', content: '', type: '2' },
        { path: 'package/hard', content: '', type: '1' },
        { path: 'package/empty/', content: '', type: '5' },
        { path: 'package/.gitignore', content: 'a' },
        { path: 'package/sub/.npmignore', content: 'b' },
        { path: 'package/sub/.gitignore', content: 'c' },
      ]),
      '/p',
      'x@1.0.0',
    );
    expect(project.disk.list('/p').map((entry) => entry.name)).toEqual(['.npmignore', 'sub']);
    expect(project.disk.readText('/p/sub/.npmignore')).toBe('b');
    expect(project.disk.list('/p/sub')).toHaveLength(1);
  });

  it('refuses a path that leads out of the package', async () => {
    const evil = pack([{ path: 'package/../../evil', content: 'x' }]);
    await expect(unpackPackage(project.disk, evil, '/p', 'x@1.0.0')).rejects.toMatchObject({ code: 'EBADTAR' });
    expect(project.disk.exists('/evil')).toBe(false);
  });

  it('names the package when its bytes are no gzip', async () => {
    const broken = pack([{ path: 'package/a', content: 'a'.repeat(5000) }]).slice(0, 40);
    await expect(unpackPackage(project.disk, broken, '/p', 'x@1.0.0')).rejects.toThrow(/x@1\.0\.0/);
  });

  it('accepts an archive that was not packed', async () => {
    await unpackPackage(project.disk, tar([{ path: 'package/a', content: 'plain' }]), '/p', 'x@1.0.0');
    expect(project.disk.readText('/p/a')).toBe('plain');
  });
});

describe('gunzip', () => {
  it('unpacks even when the size at the end is wrong', async () => {
    const text = 'abc'.repeat(10_000);
    const packed = pack([{ path: 'f', content: text }]);
    const whole = await gunzip(packed);
    expect(new TextDecoder().decode(whole.subarray(512, 512 + text.length))).toBe(text);
    const lying = packed.slice();
    new DataView(lying.buffer).setUint32(lying.length - 4, 10, true);
    await expect(gunzip(lying)).rejects.toThrow();
  });
});
