import { readFileSync, writeFileSync } from 'node:fs';
import { reasonNotApplicable } from './run.mjs';
import { collectUpstream, upstreamFolder } from './tests.mjs';

/** Modules whose tests count for the bar of all, and among them those that have to be nearly whole. Percent. */
const BAR = 90;
const HIGH_BAR = 97;
const HIGH = ['fs', 'stream', 'buffer', 'events', 'path', 'url', 'util', 'timers', 'process'];
const COUNTED = [
  ...HIGH, 'assert', 'async_hooks', 'child_process', 'console', 'crypto', 'dns', 'diagnostics_channel', 'domain', 'es-module', 'http', 'https', 'module', 'net',
  'os', 'perf_hooks', 'promises', 'querystring', 'readline', 'stdio', 'string_decoder', 'test_runner', 'v8', 'vm', 'whatwg', 'webcrypto', 'webstreams', 'worker', 'zlib',
]; // prettier-ignore

/**
 * Prints the table by module and what differs from the expectations.
 * @param {{ folder: string, results: readonly import('./run.mjs').Result[], expectations: string, update: boolean }} options `expectations`: path of the file
 * @returns {boolean} whether everything was as expected
 */
export function reportUpstream({ folder, results, expectations, update }) {
  /** @type {Record<string, string>} test → `fail: reason` or `not-applicable: reason`; all others pass */
  const known = JSON.parse(readFileSync(expectations, 'utf8'));
  const tests = collectUpstream(upstreamFolder(folder));
  const byName = new Map(results.map((result) => [result.name, result]));
  /** @type {Map<string, { pass: number, fail: number, apart: number, open: number }>} */
  const rows = new Map();
  const surprises = [];
  for (const test of tests) {
    const { name, module } = test;
    const row = rows.get(module) ?? { pass: 0, fail: 0, apart: 0, open: 0 };
    rows.set(module, row);
    const result = byName.get(name);
    const expected = known[name];
    if (reasonNotApplicable(test) !== undefined || expected?.startsWith('not-applicable')) row.apart += 1;
    else if (result === undefined) row.open += 1;
    else if (result.passed) {
      row.pass += 1;
      if (expected !== undefined) console.log(`passes now, its expectation can go: ${name}`);
    } else {
      row.fail += 1;
      if (expected === undefined) surprises.push(result);
    }
  }
  if (update) {
    for (const result of surprises) known[result.name] = `fail: ${firstError(result)}`;
    for (const { name, passed } of results) if (passed && known[name]?.startsWith('fail')) delete known[name];
    const sorted = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(expectations, `${JSON.stringify(sorted, null, 2)}\n`);
  }
  const share = (/** @type {{ pass: number, fail: number }} */ { pass, fail }) =>
    pass + fail === 0 ? '' : `${((100 * pass) / (pass + fail)).toFixed(1)} %`;
  console.log(`\n${'module'.padEnd(22)} pass  fail  not applicable  not run`);
  for (const [module, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(
      `${module.padEnd(22)} ${String(row.pass).padStart(4)}  ${String(row.fail).padStart(4)}  ${String(row.apart).padStart(14)}  ${String(row.open).padStart(7)}  ${share(row).padStart(8)}${COUNTED.includes(module) ? '' : '  (not counted)'}`,
    );
  for (const [title, modules, bar] of /** @type {const} */ ([
    ['counted modules', COUNTED, BAR],
    [HIGH.join(', '), HIGH, HIGH_BAR],
  ])) {
    const sum = { pass: 0, fail: 0 };
    for (const module of modules) {
      sum.pass += rows.get(module)?.pass ?? 0;
      sum.fail += rows.get(module)?.fail ?? 0;
    }
    console.log(`${title}: ${sum.pass} of ${sum.pass + sum.fail} pass, ${share(sum)} (bar ${bar} %)`);
  }
  for (const { name, code } of surprises.slice(0, 40))
    console.log(`not expected to fail: ${name} (${code === null ? 'no end' : `exit ${code}`})`);
  if (surprises.length > 40) console.log(`… and ${surprises.length - 40} more`);
  return surprises.length === 0;
}

/** What a failed test says first of its failure. @param {import('./run.mjs').Result} result */
function firstError({ code, output }) {
  if (code === null) return 'does not end';
  const line = output
    .split('\n')
    .find((text) => /^(?:\w*Error\b|.*\bError \[|AssertionError|Mismatched|.*(?:not implemented|is not a function))/.test(text.trim()));
  return (line ?? `exits with ${code}`).trim().slice(0, 160);
}
