// Runs the tests and sums what the runners counted: node scripts/test.mjs [unit|browser|e2e …] [-- arguments of the runner]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireChromium } from './chromium.mjs';
import { buildApplication } from './next-build.mjs';
import { countPlaywright, countVitest, sum } from './test-counts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const reports = join(root, 'test-results');
const SUITES = /** @type {const} */ (['unit', 'browser', 'e2e']);

const separator = process.argv.indexOf('--');
const named = process.argv.slice(2, separator === -1 ? undefined : separator);
const passed = separator === -1 ? [] : process.argv.slice(separator + 1);
const unknown = named.filter((name) => !SUITES.some((suite) => suite === name));
if (unknown.length > 0) throw new Error(`Unknown tests: ${unknown.join(', ')}; there are ${SUITES.join(', ')}.`);
const suites = SUITES.filter((suite) => named.length === 0 || named.includes(suite));

/** @param {string[]} command @param {Record<string, string>} [environment] */
function run(command, environment = {}) {
  const { status } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return status === 0;
}

/** @param {string} name @returns {any} what the runner reported; undefined when it did not come so far */
function readReport(name) {
  const path = join(reports, `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

mkdirSync(reports, { recursive: true });
if (!run([join(root, 'scripts', 'build-engine.mjs')])) throw new Error('The engine could not be built; the output above says why.');
if (suites.includes('browser') || suites.includes('e2e')) {
  requireChromium();
  buildApplication();
}

const counts = [];
let sound = true;
for (const suite of suites) {
  console.log(`\n— ${suite} tests`);
  rmSync(join(reports, `${suite}.json`), { force: true });
  const report = join(reports, `${suite}.json`);
  const ended =
    suite === 'unit'
      ? run([
          join(root, 'node_modules/vitest/vitest.mjs'),
          'run',
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
          ...passed,
        ])
      : run(
          [
            join(root, 'node_modules/@playwright/test/cli.js'),
            'test',
            `--project=${suite}`,
            '--reporter=list,json',
            '--pass-with-no-tests',
            ...passed,
          ],
          { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
        );
  const content = readReport(suite);
  const count = suite === 'unit' ? countVitest(content) : countPlaywright(content);
  // A runner that fails without a failed test (a server that did not start, a file that did not load) is a failure too.
  if (!ended && count.failed === 0) count.failed = 1;
  sound &&= ended;
  console.log(`${suite}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  counts.push(count);
}
const total = sum(counts);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
if (!sound || total.failed > 0 || total.passed === 0) process.exitCode = 1;
