import { describe, expect, it } from 'vitest';
import { createProject } from '../project/project.ts';
import {
  buildManifest,
  DEFAULT_LIMITS,
  manifestText,
  manifestTextLimit,
  parseManifest,
  projectOf,
  type Manifest,
  type ManifestEntry,
  type ShareLimits,
} from './manifest.ts';

const HASH = 'a'.repeat(64);
const file = (path: string, more: object = {}): object => ({ type: 'file', path, hash: HASH, size: 1, mode: '644', ...more });
const link = (path: string, target: string): object => ({ type: 'link', path, target });
const manifest = (...entries: unknown[]): object => ({ format: 1, name: 'Site', template: null, from: null, entries });
const parse = (value: unknown, limits: ShareLimits = DEFAULT_LIMITS): Manifest => parseManifest(value, limits);

describe('buildManifest and projectOf', () => {
  it('give the same project back, binary files, empty folders, modes and links included', async () => {
    const project = createProject({
      id: 'p',
      name: 'P',
      files: [
        ['posts/a.md', 'grüße'],
        ['b.bin', new Uint8Array([0, 255])],
        ['run', 'echo'],
        ['same.md', 'grüße'],
      ],
      folders: ['empty/deep'],
      links: [['latest', 'posts/a.md']],
      executables: ['run'],
    }).store.getState();
    const { manifest: built, blobs } = await buildManifest(project, {
      name: ' My\nsite ',
      template: null,
      from: { share: 's', version: 2, name: 'S' },
    });
    expect(built.name).toBe('Mysite');
    expect(built.entries.map(({ path }) => path)).toEqual(['b.bin', 'empty/deep', 'latest', 'posts/a.md', 'run', 'same.md']);
    expect(blobs.size).toBe(3);
    const parsed = parse(JSON.parse(manifestText(built)));
    expect(parsed).toEqual(built);
    const again = projectOf(parsed, (hash) => blobs.get(hash) as Uint8Array<ArrayBuffer>);
    expect(again.files).toEqual(new Map([...project.files].sort()));
    expect([...again.folders].sort()).toEqual(['empty', 'empty/deep', 'posts']);
    expect(again.links).toEqual(project.links);
    expect(again.executables).toEqual(project.executables);
  });
});

describe('parseManifest', () => {
  it('takes what is sound, and nothing that it does not know', () => {
    const entries: ManifestEntry[] = parse(
      manifest({ ...file('a.md'), extra: 1 }, file('b/c.md', { mode: '755' }), { type: 'folder', path: 'd' }, link('e', 'a.md')),
    ).entries as ManifestEntry[];
    expect(entries[0]).toEqual({ type: 'file', path: 'a.md', hash: HASH, size: 1, mode: '644' });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['another format', { ...manifest(), format: 2 }],
    ['no name', { ...manifest(), name: ' ' }],
    ['a name with control characters', { ...manifest(), name: 'a\u001b[31m' }],
    ['a long name', { ...manifest(), name: 'a'.repeat(121) }],
    ['entries that are none', { ...manifest(), entries: { length: 0 } }],
    ['an entry that is none', manifest(null)],
    ['a path that leaves', manifest(file('../x'))],
    ['a path that leaves in the middle', manifest(file('a/../../x'))],
    ['an absolute path', manifest(file('/etc/passwd'))],
    ['a drive', manifest(file('C:/x'))],
    ['a backslash', manifest(file('..\\x'))],
    ['NUL', manifest(file('a\0'))],
    ['an empty path', manifest(file(''))],
    ['a path in another spelling', manifest(file('./a'))],
    ['a folder with a slash', manifest({ type: 'folder', path: 'a/' })],
    ['a path twice', manifest(file('a'), file('a'))],
    ['paths that are not sorted', manifest(file('b'), file('a'))],
    ['a file below a file', manifest(file('a'), file('a/b'))],
    ['a file below a link', manifest(link('a', 'b'), file('a/b'))],
    ['a link that leaves', manifest(link('a', '../x'))],
    ['an absolute link', manifest(link('a', '/etc/passwd'))],
    ['links that leave together', manifest(link('d/up', '..'), link('e', 'd/up/../x'))],
    ['a link without a target', manifest({ type: 'link', path: 'a' })],
    ['a hash that is none', manifest(file('a', { hash: 'A'.repeat(64) }))],
    ['a hash that is a path', manifest(file('a', { hash: '../../../../etc/passwd' }))],
    ['a size that is none', manifest(file('a', { size: -1 }))],
    ['a size that is no number', manifest(file('a', { size: '1' }))],
    ['an endless size', manifest(file('a', { size: Infinity }))],
    ['two sizes of one hash', manifest(file('a'), file('b', { size: 2 }))],
    ['a setuid mode', manifest(file('a', { mode: '4755' }))],
    ['a device', manifest({ type: 'device', path: 'a' })],
    ['an ancestry that is none', { ...manifest(), from: { share: '../x', version: 1, name: '' } }],
    ['a version that is none', { ...manifest(), from: { share: 'x', version: 0, name: '' } }],
    ['a template that is a path', { ...manifest(), template: '../x' }],
  ])('refuses %s', (_name, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ name: 'ManifestError', reason: 'format' }));
  });

  it('refuses what is too much, with the numbers', () => {
    const files = Array.from({ length: 4 }, (_, index) => file(`f${index}`, { size: 2 ** 20 }));
    expect(() => parse(manifest(...files), { bytes: 3 * 2 ** 20, files: 10 })).toThrow('It has 4 MB; 3 MB can be shared.');
    expect(() => parse(manifest(...files), { bytes: 2 ** 30, files: 3 })).toThrow('It has 4 files and folders; 3 can be shared.');
    expect(() => parse(manifest(file('a', { size: 2 ** 40 })), { bytes: 2 ** 50, files: 3 })).toThrow(
      expect.objectContaining({ reason: 'bytes' }),
    );
  });

  it('has a text that is no longer than its limit, however long the names are', () => {
    const entries = Array.from({ length: 3 }, (_, index) =>
      file(`${'a'.repeat(250)}/${'é'.repeat(125)}/${'ü'.repeat(120)}/${'€'.repeat(80)}${index}`),
    );
    expect(new TextEncoder().encode(manifestText(parse(manifest(...entries)))).length).toBeLessThan(
      manifestTextLimit({ bytes: 1, files: 3 }),
    );
  });
});
