import { describe, expect, it } from 'vitest';
import { readTar } from './tar.ts';
import { paxRecord, tar } from './testing/fake-registry.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('readTar', () => {
  it('gives path, mode, type and bytes of each entry in order', () => {
    const entries = [
      ...readTar(
        tar([
          { path: 'package/', content: '', type: '5', mode: 0o755 },
          { path: 'package/a.js', content: 'x'.repeat(513), mode: 0o755 },
          { path: 'package/l', content: '', type: '2' },
          { path: 'package/empty', content: '' },
        ]),
      ),
    ];
    expect(entries.map(({ path, type, mode }) => [path, type, mode])).toEqual([
      ['package/', 'directory', 0o755],
      ['package/a.js', 'file', 0o755],
      ['package/l', 'link', 0o644],
      ['package/empty', 'file', 0o644],
    ]);
    expect(entries[1]?.data).toHaveLength(513);
  });

  it('takes the path from a pax header, for one entry only', () => {
    const long = `package/${'d'.repeat(120)}/ü.txt`;
    const entries = [
      ...readTar(
        tar([
          { path: 'PaxHeader/x', content: paxRecord('path', long), type: 'x' },
          { path: 'package/short', content: 'long' },
          { path: 'package/next', content: 'next' },
        ]),
      ),
    ];
    expect(entries.map((entry) => [entry.path, text(entry.data)])).toEqual([
      [long, 'long'],
      ['package/next', 'next'],
    ]);
  });

  it('takes the path from a GNU long name', () => {
    const long = `package/${'e'.repeat(200)}`;
    const entries = [
      ...readTar(
        tar([
          { path: '././@LongLink', content: `${long}\0`, type: 'L' },
          { path: 'package/eee', content: 'gnu' },
        ]),
      ),
    ];
    expect(entries.map((entry) => entry.path)).toEqual([long]);
  });

  it('refuses a wrong checksum', () => {
    const archive = tar([{ path: 'package/a', content: 'a' }]);
    archive[0] = 0x71;
    expect(() => [...readTar(archive)]).toThrow('invalid header checksum');
  });

  it('refuses an archive that is cut off', () => {
    const archive = tar([{ path: 'package/a', content: 'a'.repeat(2000) }]);
    expect(() => [...readTar(archive.slice(0, 1024))]).toThrow('unexpected end of archive');
    expect(() => [...readTar(archive.slice(0, 512 + 2048))]).toThrow('unexpected end of archive');
  });

  it.each(['-1024', '-512', '0x10', 'much', '1'.repeat(20)])('refuses the size %s of a pax header, which would lead anywhere', (size) => {
    for (const type of ['x', 'g'])
      expect(() => [
        ...readTar(
          tar([
            { path: 'pax', content: paxRecord('size', size), type },
            { path: 'package/a', content: 'a' },
          ]),
        ),
      ]).toThrow('invalid size');
  });

  it('refuses what is no archive', () => {
    expect(() => [...readTar(new Uint8Array(100))]).toThrow('unrecognized archive format');
    expect(() => [...readTar(new Uint8Array(1024))]).toThrow('empty archive');
  });
});
