// Builds the engine: Node's library from the pinned binary, then the bundles of public/engine/.
// Every step is skipped when its inputs have not changed.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractNode } from './engine/extract-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const started = performance.now();
const node = extractNode(root);
console.log(`Node ${node.version}: library and dumps ${node.changed ? 'extracted' : 'unchanged'} (generated/node)`);
console.log(`Engine ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
