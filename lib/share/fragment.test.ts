import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createProject } from '../project/project.ts';
import { decodeFragment, encodeFragment, FRAGMENT_LIMIT, hasProject } from './fragment.ts';

const project = createProject({
  id: 'p',
  name: 'P',
  files: [
    ['index.md', 'grüße 日本 🍓'],
    ['b.bin', new Uint8Array([0, 255, 128])],
    ['run', 'echo'],
  ],
  folders: ['empty'],
  links: [['latest', 'index.md']],
  executables: ['run'],
}).store.getState();
const options = { name: 'My blog', template: null, from: null };

/** A fragment with a sound checksum around anything. */
function fragment(payload: unknown): string {
  const deflated = deflateRawSync(typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload));
  return `#project=1.${createHash('sha256').update(deflated).digest('hex').slice(0, 12)}.${deflated.toString('base64url')}`;
}
const sound = { name: 'X', template: null, from: null, files: [{ path: 'a', text: 'a' }], links: [], folders: [] };

describe('encodeFragment and decodeFragment', () => {
  it('carry a whole project', async () => {
    const hash = `#${await encodeFragment(project, options)}`;
    expect(hasProject(hash)).toBe(true);
    expect(hash).toMatch(/^#project=1\.[0-9a-f]{12}\.[\w-]+$/);
    const { manifest, project: again } = await decodeFragment(hash);
    expect(manifest.name).toBe('My blog');
    expect(again.files).toEqual(new Map([...project.files].sort()));
    expect([again.folders, again.links, again.executables]).toEqual([project.folders, project.links, project.executables]);
  });
  it('are small for what repeats itself', async () => {
    const files = Array.from(
      { length: 40 },
      (_, index) => [`posts/${index}.md`, `# Post ${index}\n${'The same words again. '.repeat(100)}`] as const,
    );
    const large = createProject({ id: 'p', name: 'P', files }).store.getState();
    expect((await encodeFragment(large, options)).length).toBeLessThan(FRAGMENT_LIMIT / 10);
  });
});

describe('decodeFragment, of a manipulated link', () => {
  it('tells one that was cut off or changed', async () => {
    const hash = `#${await encodeFragment(project, options)}`;
    const at = hash.length - 20;
    const other = hash[at] === 'A' ? 'B' : 'A';
    for (const changed of [
      hash.slice(0, -3),
      hash.slice(0, at) + other + hash.slice(at + 1),
      '#project=',
      '#project=1',
      '#project=1.x',
      `${hash}.more`,
      `${hash}%20`,
    ])
      await expect(decodeFragment(changed)).rejects.toMatchObject({ name: 'FragmentError', fault: 'damaged' });
  });
  it('tells one of a newer version', async () => {
    await expect(decodeFragment('#project=2.abc.def')).rejects.toMatchObject({ fault: 'newer' });
  });
  it('stops to inflate a bomb', async () => {
    await expect(decodeFragment(fragment(new Uint8Array(20 * 1024 * 1024)))).rejects.toMatchObject({ fault: 'large' });
    await expect(decodeFragment(`#project=1.x.${'A'.repeat(3 * FRAGMENT_LIMIT)}`)).rejects.toMatchObject({ fault: 'large' });
  });
  it.each<[string, unknown]>([
    ['no JSON', 'nothing'],
    ['null', null],
    ['no files', { ...sound, files: {} }],
    ['a path that leaves', { ...sound, files: [{ path: '../x', text: '' }] }],
    ['a path twice', { ...sound, files: [...sound.files, ...sound.files] }],
    ['a file below a link', { ...sound, links: [{ path: 'b', target: 'a' }], files: [{ path: 'b/c', text: '' }] }],
    ['a link that leaves', { ...sound, links: [{ path: 'b', target: '/etc' }] }],
    ['no content', { ...sound, files: [{ path: 'a' }] }],
    ['bad base64', { ...sound, files: [{ path: 'a', base64: '*' }] }],
    ['a mode', { ...sound, files: [{ path: 'a', text: '', mode: '4755' }] }],
    ['too many', { ...sound, folders: Array.from({ length: 3000 }, (_, index) => `f${index}`) }],
    ['a name', { ...sound, name: 7 }],
  ])('refuses %s', async (_name, payload) => {
    await expect(decodeFragment(fragment(payload))).rejects.toMatchObject({ name: 'FragmentError', fault: 'damaged' });
  });
  it('takes what is sound', async () => {
    expect((await decodeFragment(fragment(sound))).project.files).toEqual(new Map([['a', 'a']]));
  });
});
