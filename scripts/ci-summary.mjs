// Last line of .ci/run: sums the runners' reports again, so that a failed check counts too.
//   node scripts/ci-summary.mjs <1 when a step failed, else 0>
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countPlaywright, countVitest, sum } from './test-counts.mjs';

const reports = join(dirname(fileURLToPath(import.meta.url)), '..', 'test-results');
const stepFailed = process.argv[2] !== '0';

/** @param {string} suite */
function report(suite) {
  const path = join(reports, `${suite}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

const total = sum([countVitest(report('unit')), countPlaywright(report('browser')), countPlaywright(report('e2e'))]);
// A step that failed without a failed test (types, lint, a server that did not start) is a failure of its own.
const failed = total.failed === 0 && stepFailed ? 1 : total.failed;
console.log(`${total.passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || total.passed === 0 ? 1 : 0;
