import { describe, expect, it } from 'vitest';
import { createFakeEngine } from '../container/fake-engine.ts';
import { readOutput } from './read-output.ts';

describe('readOutput', () => {
  it('gives the bytes of all files below the folder', async () => {
    const engine = createFakeEngine();
    const image = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    engine.change('_site/index.html', '<p>ü</p>');
    engine.change('_site/img/x.png', image);
    engine.change('_site/empty', '');
    engine.change('_sitemap/other', 'no');
    const files = await readOutput(engine, '_site');
    expect(files.map(({ path }) => path)).toEqual(['empty', 'img/x.png', 'index.html']);
    expect(files[1]?.bytes).toEqual(image);
  });
});
