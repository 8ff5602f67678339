import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildAssets } from '../engine/assets.mjs';
import { bundleEngine } from '../engine/bundle.mjs';
import { extractNode } from '../engine/extract-node.mjs';

/**
 * Brings the engine in `public/engine/` (not the previews) up to date, unminified, and bundles the page that drives the official client.
 * @param {string} root
 * @param {(text: string) => void} say
 */
export async function bundleForRun(root, say) {
  const { assets } = await buildAssets(root, extractNode(root));
  for (const { output, state } of await bundleEngine(root, assets, { development: true, entries: /^engine\/host\// }))
    if (state === 'built') say(`built ${output}`);
  const outfile = join(root, 'generated', 'engine-run', 'page.js');
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'scripts', 'engine-run', 'page.mjs')],
    outfile,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    logLevel: 'warning',
    alias: { '@webcontainer/api/vendor': join(root, 'node_modules/@webcontainer/api/dist/vendor/index.js') },
  });
  if (!existsSync(outfile)) throw new Error('The page of engine-run was not built.');
}
