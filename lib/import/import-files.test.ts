import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { zipFiles } from './export-zip.ts';
import { importFolder, importZip } from './import-files.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const zip = (name: string, files: Record<string, Uint8Array>): File => new File([zipSync(files) as Uint8Array<ArrayBuffer>], name);

describe('importZip', () => {
  it('unpacks text and bytes, and drops the folder that holds everything', async () => {
    const imported = await importZip(
      zip('download.zip', {
        'my-site/index.md': text('# hi'),
        'my-site/img/x.png': new Uint8Array([0, 255]),
        'my-site/node_modules/x/y.js': text(''),
      }),
    );
    expect(imported.name).toBe('my-site');
    expect([...imported.files]).toEqual([
      ['index.md', '# hi'],
      ['img/x.png', new Uint8Array([0, 255])],
    ]);
  });
  it('keeps the top when files are beside the folder', async () => {
    const imported = await importZip(zip('site.zip', { 'package.json': text('{}'), 'src/a.md': text('a') }));
    expect(imported.name).toBe('site');
    expect([...imported.files.keys()]).toEqual(['package.json', 'src/a.md']);
  });
  it('does not let an entry leave the project', async () => {
    const imported = await importZip(
      zip('evil.zip', { '../../evil.sh': text('x'), '/etc/passwd': text('x'), 'a/../../x': text('x'), 'good.md': text('ok') }),
    );
    expect([...imported.files.keys()]).toEqual(['good.md']);
    expect(imported.skipped.map(({ path }) => path).sort()).toEqual(['../../evil.sh', '/etc/passwd', 'a/../../x']);
  });
  it('keeps a file rather than what is said to be in it', async () => {
    const imported = await importZip(zip('odd.zip', { 'a/b': text('below'), a: text('file'), 'c.md': text('c') }));
    expect([...imported.files]).toEqual([
      ['a', 'file'],
      ['c.md', 'c'],
    ]);
    expect(imported.skipped.map(({ path }) => path)).toEqual(['a/b']);
  });
  it('takes names that every object has', async () => {
    const files = { constructor: text('c'), toString: text('t'), 'a/__proto__': text('p'), __other__: text('o') };
    // fflate cannot write an entry of this name; other tools can. Both names have the same length.
    const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    const bytes = Uint8Array.from(latin(zipSync(files)).replaceAll('__other__', '__proto__'), (char) => char.charCodeAt(0));
    const imported = await importZip(new File([bytes], 'names.zip'));
    expect([...imported.files]).toEqual([
      ['constructor', 'c'],
      ['toString', 't'],
      ['a/__proto__', 'p'],
    ]);
    expect(imported.skipped.map(({ path }) => path)).toEqual(['__proto__']);
  });
  it('leaves a huge file out before it is inflated', async () => {
    const imported = await importZip(zip('bomb.zip', { 'zeros.bin': new Uint8Array(17 * 1024 * 1024), 'a.md': text('a') }));
    expect([...imported.files.keys()]).toEqual(['a.md']);
    expect(imported.skipped).toHaveLength(1);
  });
  it('refuses what is no zip, and an empty one', async () => {
    await expect(importZip(new File(['not a zip'], 'x.zip'))).rejects.toMatchObject({ code: 'import-zip' });
    await expect(importZip(zip('x.zip', { 'node_modules/a.js': text('') }))).rejects.toMatchObject({ code: 'import-empty' });
  });
});

describe('importFolder', () => {
  it('takes the paths below the chosen folder', async () => {
    const file = (path: string, content: string): File =>
      Object.defineProperty(new File([content], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });
    const imported = await importFolder([file('site/index.md', 'hi'), file('site/.git/HEAD', 'x'), file('site/posts/a.md', 'a')]);
    expect(imported.name).toBe('site');
    expect([...imported.files]).toEqual([
      ['index.md', 'hi'],
      ['posts/a.md', 'a'],
    ]);
  });
});

describe('zipFiles', () => {
  it('makes what importZip reads, without secrets', async () => {
    const blob = await zipFiles('my-site', [
      ['index.md', 'grüße'],
      ['img/x.png', new Uint8Array([0, 255])],
      ['.env', 'SECRET=1'],
      ['.env.local', 'SECRET=2'],
      ['.env.example', 'SECRET='],
    ]);
    const imported = await importZip(new File([blob], 'x.zip'));
    expect([...imported.files]).toEqual([
      ['index.md', 'grüße'],
      ['img/x.png', new Uint8Array([0, 255])],
      ['.env.example', 'SECRET='],
    ]);
  });
});
