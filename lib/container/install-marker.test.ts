import { describe, expect, it } from 'vitest';
import { createFakeEngine } from './fake-engine.ts';
import { installDigest, isInstalled, markInstalled } from './install-marker.ts';

const digest = (manifest: unknown, lock = '{}'): Promise<string> =>
  installDigest(
    new Map([
      ['package.json', JSON.stringify(manifest)],
      ['package-lock.json', lock],
    ]),
  );

describe('installDigest', () => {
  it('changes with dependencies and lockfile, not with scripts', async () => {
    const base = await digest({ name: 'a', dependencies: { ws: '8' } });
    expect(await digest({ name: 'b', scripts: { x: 'y' }, dependencies: { ws: '8' } })).toBe(base);
    expect(await digest({ dependencies: { ws: '9' } })).not.toBe(base);
    expect(await digest({ dependencies: { ws: '8' } }, '{"x":1}')).not.toBe(base);
  });
});

describe('isInstalled', () => {
  it('is true for what was marked and lives with node_modules', async () => {
    const engine = createFakeEngine();
    expect(await isInstalled(engine, 'abc')).toBe(false);
    await markInstalled(engine, 'abc');
    expect(await isInstalled(engine, 'abc')).toBe(true);
    expect(await isInstalled(engine, 'def')).toBe(false);
    await engine.fs.rm('node_modules', { recursive: true });
    expect(await isInstalled(engine, 'abc')).toBe(false);
  });
});
