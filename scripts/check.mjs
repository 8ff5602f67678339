// Types, lint (cycles included), layers and format. Runs all of them and fails when one does.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);

/** @type {ReadonlyArray<readonly [string, readonly string[]]>} */
const CHECKS = [
  ['types', [bin('typescript/bin/tsc'), '--noEmit']],
  ['lint', [bin('oxlint/bin/oxlint'), '--deny-warnings']],
  ['layers', [join(root, 'scripts', 'check-layers.mjs')]],
  ['format', [bin('oxfmt/bin/oxfmt'), '--check', '.']],
];

const failed = [];
// Types of generated data come from the data.
if (spawnSync(process.execPath, [join(root, 'scripts', 'build-engine.mjs')], { cwd: root, stdio: 'inherit' }).status !== 0)
  failed.push('engine build');
for (const [name, command] of CHECKS) {
  console.log(`— ${name}`);
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
if (failed.length > 0) process.exitCode = 1;
