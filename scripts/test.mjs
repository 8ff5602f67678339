// Runs the tests and sums what the runners counted.
//   node scripts/test.mjs [unit|browser|e2e …] [files and options for the runner …]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireChromium } from './chromium.mjs';
import { findNodeBinary } from './engine/node-binary.mjs';
import { buildApplication } from './next-build.mjs';
import { countPlaywright, countVitest, sum } from './test-counts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const reports = join(root, 'test-results');
const SUITES = /** @type {const} */ (['unit', 'browser', 'e2e']);

const [named, passed] = [true, false].map((isSuite) =>
  process.argv.slice(2).filter((word) => SUITES.some((suite) => suite === word) === isSuite),
);
const suites = SUITES.filter((suite) => named?.length === 0 || named?.includes(suite));
// The judge of the engine's unit tests is the Node that they run in: the pinned one, whatever runs npm.
const { path: pinnedNode } = findNodeBinary(root);

/** @param {string[]} command @param {Record<string, string>} [environment] @param {string} [node] */
function run(command, environment = {}, node = process.execPath) {
  const { status } = spawnSync(node, command, {
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

/** @param {string} report path of the JSON report */
function runVitest(report) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...(passed ?? [])], {}, pinnedNode);
}

/** @param {string} project @param {string} report path of the JSON report */
function runPlaywright(project, report) {
  const options = [`--project=${project}`, '--reporter=list,json', '--pass-with-no-tests'];
  return run([join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...options, ...(passed ?? [])], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
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
  const ended = suite === 'unit' ? runVitest(report) : runPlaywright(suite, report);
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
