// Feeds what reads untrusted bytes with random and damaged input, and the file system with random operations that the native one does too.
//   node scripts/fuzz.mjs [targets …] [--count=1000000] [--seed=N]
// A failure names the seed of its input: `--seed=THAT --count=1` repeats it.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findNodeBinary } from './engine/node-binary.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const FILES = 'files';
/** Operations of one run of the file system's model (engine/fs/model.test.ts). */
const MODEL_STEPS = 3000;
/** Runs of it in one process. */
const BATCH = 20;
const TARGETS = ['tar', 'snapshot', 'message-pack', 'zip-import', 'zip-deploy', 'http', 'manifest', FILES];

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, seed: { type: 'string' } },
});
const count = Number(values.count ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const unknown = wanted.filter((name) => !TARGETS.includes(name));
if (unknown.length > 0 || !(count >= 1) || !Number.isSafeInteger(seed)) {
  console.error(`usage: npm run fuzz -- [${TARGETS.join(' | ')}]… [--count=1000000] [--seed=N]`);
  process.exit(2);
}
const { path: node } = findNodeBinary(root);

/** @param {readonly string[]} command @param {Record<string, string>} [env] @returns {Promise<{ code: number | null, output: string }>} */
function run(command, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, command, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** @param {string} name @returns {Promise<{ line: string, failed: boolean }>} */
async function fuzzOne(name) {
  const row = (/** @type {number} */ inputs, /** @type {number} */ seconds, /** @type {string} */ rest) =>
    `${name.padEnd(14)} ${inputs.toLocaleString('en').padStart(10)} ${`${seconds.toFixed(0)} s`.padStart(7)}  ${rest}`;
  if (name === FILES) {
    const started = performance.now();
    const runs = Math.ceil(count / MODEL_STEPS);
    for (let at = 0; at < runs; at += BATCH) {
      const seeds = Array.from({ length: Math.min(BATCH, runs - at) }, (_, index) => seed + at + index);
      const { code, output } = await run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'engine/fs/model.test.ts'], {
        FS_MODEL_SEED: seeds.join(),
      });
      if (code !== 0) return { line: `${name}: ${output}`, failed: true };
    }
    return {
      line: row(runs * MODEL_STEPS, (performance.now() - started) / 1000, `${runs} runs, same results and trees as the native file system`),
      failed: false,
    };
  }
  const { code, output } = await run([join(root, 'scripts/fuzz/run.mjs'), name, String(count), String(seed)]);
  if (code !== 0) return { line: `${name}: ${output}`, failed: true };
  const { inputs, seconds, slowest } = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  return { line: row(inputs, seconds, `slowest ${slowest.toFixed(0)} ms, none that it may not`), failed: false };
}

console.log(`seed ${seed}\n${'target'.padEnd(14)} ${'inputs'.padStart(10)}`);
const left = wanted.length > 0 ? [...new Set(wanted)] : [...TARGETS];
await Promise.all(
  Array.from({ length: Math.max(1, availableParallelism()) }, async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const { line, failed } = await fuzzOne(name);
      if (failed) process.exitCode = 1;
      (failed ? console.error : console.log)(line);
    }
  }),
);
