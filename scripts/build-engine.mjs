// Builds the engine: Node's library from the pinned binary, then the data files and bundles of public/engine/.
// Every step is skipped when its inputs have not changed.
//   --development   bundles without minification
//   --watch         stays and builds again when engine/ changes
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAssets } from './engine/assets.mjs';
import { bundleEngine } from './engine/bundle.mjs';
import { extractHashWasm } from './engine/extract-hash-wasm.mjs';
import { extractNode } from './engine/extract-node.mjs';
import { buildZstd } from './engine/zstd/build-zstd.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const development = process.argv.includes('--development') || process.argv.includes('--watch');

async function buildAll() {
  const started = performance.now();
  const node = extractNode(root);
  console.log(`Node ${node.version}: library and dumps ${node.changed ? 'extracted' : 'unchanged'} (generated/node)`);
  const hashes = await extractHashWasm(root);
  console.log(`Hash modules: ${hashes.changed ? 'extracted' : 'unchanged'} (generated/hash-wasm.json)`);
  const zstd = await buildZstd(root);
  console.log(`Zstandard: ${zstd.changed ? 'compiled' : 'unchanged'} (generated/zstd.wasm, ${(zstd.bytes / 1024).toFixed(0)} KB)`);
  const { assets, changed } = await buildAssets(root, node);
  console.log(`Data files ${changed ? 'written' : 'unchanged'}: ${Object.values(assets).join(' ')}`);
  for (const { output, entry, state, bytes } of await bundleEngine(root, assets, { development })) {
    if (state === 'missing') console.log(`public/engine/${output}: skipped, ${entry} does not exist yet`);
    else if (state === 'built') console.log(`public/engine/${output}: ${((bytes ?? 0) / 1024).toFixed(0)} KB`);
  }
  console.log(`Engine ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

await buildAll();

if (process.argv.includes('--watch')) {
  let timer = /** @type {NodeJS.Timeout | undefined} */ (undefined);
  watch(join(root, 'engine'), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => buildAll().catch((error) => console.error(error.message)), 100);
  });
}
