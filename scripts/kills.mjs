// Kills processes of the engine at random moments, while they write, install and build, and looks whether files and the other processes stay whole.
//   node scripts/kills.mjs [--kills=1000] [--seed=N] [--native]
// --native runs the same natively, which says whether the judge is fair. Needs the registry (the site's packages).
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findNodeBinary } from './engine/node-binary.mjs';
import { inPage, withSite } from './engine-run/site.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const HOUR = 3_600_000;
const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, native: { type: 'boolean', default: false } },
});
const kills = Number(values.kills ?? 1000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const isNative = values.native;
if (!(kills >= 1) || !Number.isSafeInteger(seed)) {
  console.error('usage: npm run kills -- [--kills=1000] [--seed=N] [--native]');
  process.exit(2);
}

const COMMANDS = [
  ['npm', 'ci', '--prefix', 'site'],
  ['node', 'rounds.cjs', String(kills), String(seed), 'site'],
];

/** @param {string} folder @param {string} file @param {readonly string[]} args @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} */
function runNatively(folder, file, args) {
  return new Promise((resolve, reject) => {
    const { path } = findNodeBinary(root);
    const child = spawn(file, args, { cwd: folder, env: { ...process.env, PATH: `${dirname(path)}:${process.env['PATH'] ?? ''}` } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** @param {(file: string, args: readonly string[]) => Promise<{ code: number | null, stdout: string, stderr: string }>} run */
async function kill(run) {
  let last = '';
  for (const [file = '', ...args] of COMMANDS) {
    const { code, stdout, stderr } = await run(file, args);
    if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${stdout.slice(-1000)}${stderr.slice(-3000)}`);
    last = stdout.trim().split('\n').at(-1) ?? '';
  }
  if (last === '') throw new Error('The rounds ended without a result.');
  /** @type {{ kills: Record<string, number>, ended: number, violations: string[] }} */
  const result = JSON.parse(last);
  for (const [kind, number] of Object.entries(result.kills)) console.log(`${kind.padEnd(20)} ${String(number).padStart(6)} killed`);
  console.log(`${'ended before'.padEnd(20)} ${String(result.ended).padStart(6)}\n${result.violations.length} violations`);
  for (const violation of result.violations.slice(0, 20)) console.error(violation);
  if (result.violations.length > 0) process.exitCode = 1;
}

console.log(`seed ${seed}, ${isNative ? 'native Node' : 'in the page'}`);
await withSite(root, async (folder) => {
  cpSync(join(root, 'scripts', 'kills'), folder, { recursive: true });
  if (isNative) await kill((file, args) => runNatively(folder, file, args));
  else
    await inPage(root, folder, (engine) =>
      kill((file, args) => engine.capture({ command: [file, ...args], env: {}, input: null, timeout: HOUR })),
    );
});
