import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bytesOf, type Content } from '../project/content.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { zipProject } from './export-zip.ts';
import { importFolder, importZip, type Imported } from './import-files.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const zip = (name: string, files: Record<string, Uint8Array>): File => new File([zipSync(files) as Uint8Array<ArrayBuffer>], name);

const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
/** The archive with every occurrence of a text replaced by one of the same length. */
function replaced(archive: Uint8Array, text: string, by: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(latin(archive).replaceAll(text, by), (char) => char.charCodeAt(0));
}

/** An archive with modes: `[mode with its type, content]` by name. */
function modedZip(entries: Record<string, [number, string]>): File {
  const tree: Zippable = {};
  for (const [name, [mode, content]] of Object.entries(entries)) tree[name] = [text(content), { os: 3, attrs: mode << 16 }];
  return new File([zipSync(tree) as Uint8Array<ArrayBuffer>], 'moded.zip');
}
const LINK = 0o120777;
const FILE = 0o100644;
const skippedPaths = (imported: Imported): string[] => imported.skipped.map(({ path }) => path).sort();

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
    const imported = await importZip(new File([replaced(zipSync(files), '__other__', '__proto__')], 'names.zip'));
    expect([...imported.files]).toEqual([
      ['constructor', 'c'],
      ['toString', 't'],
      ['a/__proto__', 'p'],
      ['__proto__', 'o'],
    ]);
    expect(imported.skipped).toEqual([]);
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

describe('importZip, of a hostile archive', () => {
  it('refuses a way out by any spelling', async () => {
    const names = ['../x', 'a/../../x', '/etc/x', 'C:/x', '..\\x', 'a\\..\\..\\x', 'a/./x', 'a//x', '..'];
    const imported = await importZip(zip('evil.zip', Object.fromEntries([...names, 'good.md'].map((name) => [name, text('x')]))));
    expect([...imported.files.keys()]).toEqual(['good.md']);
    expect(skippedPaths(imported)).toEqual(names.sort());
  });
  it('refuses NUL and control characters in names', async () => {
    const imported = await importZip(
      zip('evil.zip', { 'a\0b': text('x'), 'a\u001bb': text('x'), 'a\nb': text('x'), 'good.md': text('ok') }),
    );
    expect([...imported.files.keys()]).toEqual(['good.md']);
    expect(imported.skipped).toHaveLength(3);
  });
  it('refuses links that lead outside, alone and together, and files below links', async () => {
    const imported = await importZip(
      modedZip({
        'good.md': [FILE, 'ok'],
        fine: [LINK, 'good.md'],
        absolute: [LINK, '/etc'],
        up: [LINK, '../x'],
        'd/root': [LINK, '..'],
        // Looks like `d/x`, and leads above the project.
        chained: [LINK, 'd/root/../x'],
        'fine/below': [FILE, 'x'],
        'fine/deep/below': [FILE, 'x'],
      }),
    );
    expect([...imported.links]).toEqual([
      ['fine', 'good.md'],
      ['d/root', '..'],
    ]);
    expect([...imported.files.keys()]).toEqual(['good.md']);
    expect(skippedPaths(imported)).toEqual(['absolute', 'chained', 'fine/below', 'fine/deep/below', 'up']);
  });
  it('refuses devices and the like', async () => {
    const imported = await importZip(modedZip({ 'good.md': [FILE, 'ok'], fifo: [0o010644, ''], device: [0o060644, ''] }));
    expect(skippedPaths(imported)).toEqual(['device', 'fifo']);
  });
  it('takes the first of two with one name', async () => {
    const archive = zipSync({ 'a.md': text('first'), 'b.md': text('again'), 'c.md': text('c') });
    const imported = await importZip(new File([replaced(archive, 'b.md', 'a.md')], 'twice.zip'));
    expect([...imported.files]).toEqual([
      ['a.md', 'first'],
      ['c.md', 'c'],
    ]);
    expect(skippedPaths(imported)).toEqual(['a.md']);
  });
  it('refuses a bomb that says its size before it inflates anything', async () => {
    const files = Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`${index}.bin`, new Uint8Array(0x1234)]));
    const archive = replaced(zipSync(files), '\x34\x12\x00\x00', '\x00\x00\xf0\x00');
    await expect(importZip(new File([archive], 'bomb.zip'))).rejects.toMatchObject({ code: 'import-large' });
  });
  it('stops to inflate what is larger than it says', async () => {
    const archive = zipSync({ 'bomb.bin': new Uint8Array(3_000_000), 'a.md': text('a') });
    // 3,000,000 and 1,000 as the directory and the local header have them.
    const imported = await importZip(new File([replaced(archive, '\xc0\xc6\x2d\x00', '\xe8\x03\x00\x00')], 'bomb.zip'));
    expect([...imported.files.keys()]).toEqual(['a.md']);
    expect(imported.skipped).toEqual([{ path: 'bomb.bin', reason: 'It is larger than the zip says.' }]);
  });
  it('refuses more entries than a project can have', async () => {
    const files = Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`${index}`, [new Uint8Array(), { level: 0 as const }]]));
    const archive = zipSync(files as Zippable) as Uint8Array<ArrayBuffer>;
    await expect(importZip(new File([archive], 'many.zip'))).rejects.toMatchObject({ code: 'import-large' });
  });
  it('lists what is damaged, and refuses an archive that is cut off', async () => {
    const archive = zipSync({ 'a.md': [text('intact'), { level: 0 }], 'b.md': [text('broken'), { level: 0 }] });
    const imported = await importZip(new File([replaced(archive, 'broken', 'br0ken')], 'damaged.zip'));
    expect(imported.skipped).toEqual([{ path: 'b.md', reason: 'It is damaged.' }]);
    await expect(importZip(new File([archive.slice(0, -30) as Uint8Array<ArrayBuffer>], 'cut.zip'))).rejects.toMatchObject({
      code: 'import-zip',
    });
    await expect(importZip(new File([archive.slice(10) as Uint8Array<ArrayBuffer>], 'cut.zip'))).rejects.toMatchObject({
      code: 'import-zip',
    });
  });
});

describe('a project as zip', () => {
  const project: ProjectFiles = {
    files: new Map<string, Content>([
      ['index.md', 'grüße'],
      ['img/x.png', new Uint8Array([0, 255, 10, 13])],
      ['bom.txt', '\ufeffbom'],
      ['latin.txt', new Uint8Array([0xe4, 0x0a])],
      ['empty.txt', ''],
      ['bin/run', 'echo ran'],
      ['bin/plain.sh', '#!/bin/sh\n'],
      ['ümläut/日本.md', 'x'.repeat(5000)],
    ]),
    folders: new Set(['img', 'bin', 'ümläut', 'empty', 'empty/deep']),
    links: new Map([
      ['latest.md', 'index.md'],
      ['bin/up', '../img'],
      ['dangling', 'no/where'],
    ]),
    executables: new Set(['bin/run']),
  };
  const temporary = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'zip-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };
  const sorted = ({ files, folders, links, executables }: ProjectFiles): unknown => ({
    files: [...files].sort(),
    folders: [...folders].sort(),
    links: [...links].sort(),
    executables: [...executables].sort(),
  });

  it('comes back byte for byte, with modes, symlinks and empty folders', async () => {
    const imported = await importZip(new File([await zipProject('my-site', project)], 'x.zip'));
    expect(imported.name).toBe('my-site');
    expect(imported.skipped).toEqual([]);
    expect(sorted(imported)).toEqual(sorted(project));
  });

  it('is unpacked by Info-ZIP’s unzip to the same files, whose own zip -y comes back too', async () => {
    const folder = temporary();
    writeFileSync(join(folder, 'x.zip'), new Uint8Array(await (await zipProject('my-site', project)).arrayBuffer()));
    execFileSync('unzip', ['-q', 'x.zip'], { cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const at = (path: string): string => join(folder, 'my-site', path);
    for (const [path, content] of project.files) expect(new Uint8Array(readFileSync(at(path)))).toEqual(bytesOf(content));
    for (const [path, target] of project.links) expect(readlinkSync(at(path))).toBe(target);
    for (const path of project.folders) expect(statSync(at(path)).isDirectory()).toBe(true);
    for (const path of project.files.keys())
      expect([path, (statSync(at(path)).mode & 0o777).toString(8)]).toEqual([path, project.executables.has(path) ? '755' : '644']);

    execFileSync('zip', ['-q', '-y', '-r', 'again.zip', 'my-site'], { cwd: folder });
    const again = await importZip(new File([readFileSync(join(folder, 'again.zip'))], 'again.zip'));
    expect(again.skipped).toEqual([]);
    expect(sorted(again)).toEqual(sorted(project));
    // With ZIP64 fields, as archives have them that are written to a pipe.
    execFileSync('zip', ['-q', '-y', '-r', '-fz', 'wide.zip', 'my-site'], { cwd: folder });
    expect(sorted(await importZip(new File([readFileSync(join(folder, 'wide.zip'))], 'wide.zip')))).toEqual(sorted(project));
  });
});
