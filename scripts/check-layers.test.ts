import { describe, expect, it } from 'vitest';
import { layerProblem, relativeImports } from './check-layers.mjs';

describe('layerProblem', () => {
  it.each([
    ['app/page.tsx', 'components/start.tsx'],
    ['engine/kernel/kernel.ts', 'engine/node/realm.ts'],
    ['engine/fs/volume.ts', 'engine/fs/layout.ts'],
    ['engine/node/bindings/fs.ts', 'engine/system/types.ts'],
    ['engine/host/boot.browser.test.ts', 'e2e/support/test.ts'],
    ['scripts/anything.mjs', 'engine/fs/volume.ts'],
  ])('lets %s import %s', (importer, imported) => {
    expect(layerProblem(importer, imported)).toBeUndefined();
  });

  it.each([
    ['lib/project.ts', 'components/tree.tsx'],
    ['components/tree.tsx', 'engine/fs/types.ts'],
    ['engine/fs/volume.ts', 'engine/system/types.ts'],
    ['engine/preview/bridge.ts', 'engine/system/types.ts'],
    ['engine/shell/shell.ts', 'engine/node/realm.ts'],
    ['engine/fs/volume.ts', 'lib/origins.ts'],
    ['engine/kernel/kernel.ts', 'engine/host/headless.ts'],
    ['engine/fs/volume.ts', 'e2e/support/test.ts'],
  ])('keeps %s from %s', (importer, imported) => {
    expect(layerProblem(importer, imported)).toContain(importer);
  });
});

describe('relativeImports', () => {
  it('finds every form', () => {
    const source = `
      import a from './a.ts';
      import './b.ts';
      import type { C } from "../c.ts";
      export * from '../d.ts';
      const e = await import('./e.ts');
      type F = import('./f.ts').F;
      import fs from 'node:fs';
    `;
    expect(relativeImports(source)).toEqual(['./a.ts', './b.ts', '../c.ts', '../d.ts', './e.ts', './f.ts']);
  });
});
