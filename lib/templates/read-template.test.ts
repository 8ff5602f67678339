import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../project/content.ts';
import { outlineTemplate, readTemplate } from './read-template.ts';
import { findTemplate, templateContents, TEMPLATES } from './template.ts';

describe.each(TEMPLATES)('the template $id', (info) => {
  it('has a manifest, a lockfile without addresses, and the file it opens with', async () => {
    const { paths, opened } = await outlineTemplate(info);
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', info.open]));
    expect(opened.text.length).toBeGreaterThan(0);
    const lockfile = await readFile(`templates/${info.id}/package-lock.json`, 'utf8');
    expect(lockfile).not.toContain('"resolved"');
  });
  it('arrives byte for byte', async () => {
    const contents = templateContents(await readTemplate(info));
    expect(contents.map(([path]) => path)).toEqual((await outlineTemplate(info)).paths);
    for (const [path, content] of contents) {
      expect(Buffer.from(bytesOf(content)).equals(await readFile(`templates/${info.id}/${path}`)), path).toBe(true);
    }
  });
});

describe('findTemplate', () => {
  it('knows no other names', () => {
    expect(findTemplate('../secrets')).toBeNull();
  });
});
