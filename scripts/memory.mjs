// Builds a site again and again in one page and looks whether memory grows: what ended has to give back what it held.
//   node scripts/memory.mjs [--builds=100] [--each=10]
// Prints a row after each tenth build (or as `--each` says), and fails when the last rows are more than 10 % above the first: medians of three, since whether a worker more
// waits warm just then is 60 MiB. Needs the registry (the site's packages).
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../bench/statistics.mjs';
import { residentBytes } from './engine-run/resident.mjs';
import { inPage, withSite } from './engine-run/site.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const TIMEOUT = 600_000;
const MOST_GROWTH = 0.1;
const { values } = parseArgs({ options: { builds: { type: 'string' }, each: { type: 'string' } } });
const builds = Number(values.builds ?? 100);
const each = Number(values.each ?? 10);
if (!(each >= 1) || !(builds >= 2 * each)) {
  console.error('usage: npm run memory -- [--builds=100] [--each=10]');
  process.exit(2);
}

/** What the file system holds, asked in the engine. */
const COUNTS = `const { bsize, blocks, bfree, files, ffree } = require('node:fs').statfsSync('/');
console.log(JSON.stringify({ 'files, bytes': (blocks - bfree) * bsize, 'files, number': files - ffree }));`;

/** @param {import('./engine-run/site.mjs').RunningEngine} engine @param {string[]} command */
async function run(engine, command) {
  const { code, stdout, stderr } = await engine.capture({ command, cwd: 'site', env: {}, input: null, timeout: TIMEOUT });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${stdout.slice(-1000)}${stderr.slice(-3000)}`);
  return stdout;
}

/** @param {import('./engine-run/site.mjs').RunningEngine} engine @returns {Promise<Record<string, number>>} */
async function measure(engine) {
  const counts = JSON.parse(await run(engine, ['node', '-e', COUNTS]));
  // Ended workers are gone and warm ones there when nothing has happened for a while.
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  const resident = await residentBytes(engine.processes);
  return { ...(resident === null ? {} : { 'resident, bytes': resident }), ...counts };
}

/** @param {Record<string, number>} row @param {number} done */
function print(row, done) {
  const cells = Object.entries(row).map(([name, value]) =>
    name.endsWith('bytes') ? `${name.split(',')[0]} ${(value / 2 ** 20).toFixed(1).padStart(7)} MiB` : `${value} files`,
  );
  console.log(`${String(done).padStart(5)} builds  ${cells.join('   ')}`);
}

await withSite(root, (folder) =>
  inPage(root, folder, async (engine) => {
    await run(engine, ['npm', 'ci']);
    /** @type {Record<string, number>[]} */
    const rows = [];
    for (let done = 1; done <= builds; done += 1) {
      await run(engine, ['npm', 'run', 'build']);
      if (done % each !== 0) continue;
      const row = await measure(engine);
      rows.push(row);
      print(row, done);
    }
    const few = Math.min(3, rows.length >> 1);
    const middle = (/** @type {Record<string, number>[]} */ some, /** @type {string} */ name) =>
      median(some.map((row) => row[name] ?? Number.NaN));
    for (const name of Object.keys(rows[0] ?? {})) {
      const growth = middle(rows.slice(-few), name) / middle(rows.slice(0, few), name) - 1;
      const isOver = !(growth <= MOST_GROWTH);
      console.log(
        `${name.padEnd(18)} ${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %  ${isOver ? 'OVER' : 'within'} ${MOST_GROWTH * 100} %`,
      );
      if (isOver) process.exitCode = 1;
    }
  }),
);
