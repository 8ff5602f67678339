// Runs Node's own tests in the page (or, with --native, with the pinned Node) and compares with what is expected of each.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode } from '@msgpack/msgpack';
import { findNodeBinary } from '../../engine/node-binary.mjs';
import { openEngine } from '../../engine-run/browser.mjs';
import { bundleForRun } from '../../engine-run/bundle.mjs';
import { snapshotTree } from '../../engine-run/files.mjs';
import { serveEngine } from '../../engine-run/server.mjs';
import { FLAGS_NOT_APPLICABLE, NOT_APPLICABLE } from './not-applicable.mjs';
import { collectUpstream, SHARED, SUITES, upstreamFolder } from './tests.mjs';

/** @typedef {import('./tests.mjs').UpstreamTest} UpstreamTest */
/** @typedef {{ name: string, module: string, code: number | null, output: string, milliseconds: number, passed: boolean }} Result `code` null: no end in time */

/** Milliseconds that a test may take: as long as Node's own runner gives it. */
const TIMEOUT = 120_000;
/** Tests after which the page is loaded anew: what they leave behind must not reach the others. */
const TESTS_PER_PAGE = 120;
/** Characters of output that are kept. */
const KEPT = 6000;

/**
 * @param {{ root: string, folder: string, filters: readonly string[], jobs: number, native: boolean, fresh: boolean, failed: boolean, only: 'known' | 'all' }} options
 * `filters`: parts of names; `fresh`: forget earlier results; `failed`: again those that failed
 * @returns {Promise<Result[]>} of all tests that fit, those of earlier runs too
 */
export async function runUpstream({ root, folder: given, filters, jobs, native, fresh, failed, only }) {
  const folder = upstreamFolder(given);
  const tests = collectUpstream(folder).filter(
    ({ name, module }) =>
      filters.length === 0 || filters.some((part) => (part.startsWith('=') ? part.slice(1) === module : name.includes(part))),
  );
  const results = join(root, 'generated', 'conformance-upstream', native ? 'native.jsonl' : 'page.jsonl');
  mkdirSync(dirname(results), { recursive: true });
  if (fresh) rmSync(results, { force: true });
  const known = readResults(results);
  const applicable = tests.filter((test) => reasonNotApplicable(test) === undefined);
  const waiting = applicable.filter(
    ({ name }) => only === 'all' && (known.get(name) === undefined || (failed && known.get(name)?.passed === false)),
  );
  console.log(`${applicable.length - waiting.length} of ${applicable.length} tests have a result; ${waiting.length} to run`);
  const keep = (/** @type {Result} */ result) => {
    known.set(result.name, result);
    appendFileSync(results, `${JSON.stringify(result)}\n`);
    if (!result.passed) console.log(`${result.code === null ? 'no end' : `exit ${result.code}`}  ${result.name}`);
  };
  if (native) await runAll(waiting, jobs, (test) => runNative(root, folder, test), keep);
  else await runInPages(root, folder, waiting, jobs, keep);
  return applicable.flatMap(({ name }) => known.get(name) ?? []);
}

/** @param {string} file @returns {Map<string, Result>} */
export function readResults(file) {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(lines.map((line) => /** @type {Result} */ (JSON.parse(line))).map((result) => [result.name, result]));
}

/** @param {UpstreamTest} test @returns {string | undefined} why a page cannot have by nature what it tests */
export function reasonNotApplicable({ name, flags }) {
  const byFlag = FLAGS_NOT_APPLICABLE.find(({ flag }) => flags.some((each) => flag.test(each)));
  return (NOT_APPLICABLE.find(({ tests }) => tests.test(name)) ?? byFlag)?.reason;
}

/** @param {readonly UpstreamTest[]} tests @param {number} jobs @param {(test: UpstreamTest) => Promise<Result>} run @param {(result: Result) => void} keep */
async function runAll(tests, jobs, run, keep) {
  let next = 0;
  const worker = async () => {
    for (let test = tests[next++]; test !== undefined; test = tests[next++]) keep(await run(test));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

/** @param {string} root @param {string} folder @param {readonly UpstreamTest[]} tests @param {number} jobs @param {(result: Result) => void} keep */
async function runInPages(root, folder, tests, jobs, keep) {
  await bundleForRun(root, () => undefined);
  const entries = [...SHARED, ...SUITES].filter((name) => existsSync(join(folder, name)));
  const snapshot = encode({ d: { test: { d: Object.fromEntries(entries.map((name) => [name, snapshotTree(join(folder, name))])) } } });
  /** Names. @type {Set<string>} */
  const finished = new Set();
  /** @param {readonly UpstreamTest[]} batch @returns {Promise<readonly UpstreamTest[]>} those that ran when the page crashed */
  const runBatch = async (batch) => {
    const server = await serveEngine(root, null, false);
    const engine = await openEngine(server, null, () => undefined);
    /** @type {Set<UpstreamTest>} */
    const running = new Set();
    let isOver = false;
    const keepHere = (/** @type {Result} */ result) => {
      // What comes of a page that has crashed is not the test's.
      if (isOver) return;
      finished.add(result.name);
      for (const test of running) if (test.name === result.name) running.delete(test);
      keep(result);
    };
    try {
      await engine.mount(snapshot);
      await runAll(batch, jobs, (test) => (running.add(test), runInPage(engine, test)), keepHere);
      return [];
    } catch (error) {
      if (running.size === 0 || !(error instanceof Error && error.message.includes('Target crashed'))) throw error;
      return [...running];
    } finally {
      isOver = true;
      await engine.close();
      server.close();
    }
  };
  /** Each of them gets a page of its own: one of them crashed the page that they shared. @type {UpstreamTest[]} */
  const suspects = [];
  let left = tests;
  while (left.length > 0) {
    suspects.push(...(await runBatch(left.slice(0, TESTS_PER_PAGE))));
    left = left.filter((test) => !finished.has(test.name) && !suspects.includes(test));
    console.log(`— ${tests.length - left.length} of ${tests.length}`);
  }
  for (const test of suspects) {
    const crashed = await runBatch([test]);
    if (crashed.length > 0) keep(resultOf(test, { code: null, stdout: '', stderr: 'The page crashed.', milliseconds: 0 }));
  }
}

const environmentOf = (/** @type {UpstreamTest} */ test, /** @type {string} */ place) => ({
  NODE_TEST_DIR: place,
  // Tests run beside each other: what a test starts is to run one by one. Those of `sequential` may use a port of their own.
  TEST_PARALLEL: test.name.startsWith('sequential/') ? '0' : '1',
  TEST_THREAD_ID: test.name.replace(/[^a-z0-9]+/gi, '-'),
  ...(test.expected === null ? {} : { TERM: 'xterm-256color' }),
  ...test.env,
});

/** @param {Awaited<ReturnType<typeof openEngine>>} engine @param {UpstreamTest} test @returns {Promise<Result>} */
async function runInPage(engine, test) {
  const command = ['node', ...test.flags, `/home/project/test/${test.name}`];
  const request = {
    command,
    cwd: '/home/project',
    env: environmentOf(test, '/tmp'),
    input: null,
    timeout: TIMEOUT,
    tty: test.expected !== null,
    closed: test.expected === null,
  };
  const crash = new Promise((resolve) => setTimeout(() => resolve(undefined), TIMEOUT + 20_000).unref());
  const outcome = await Promise.race([engine.capture(request), crash]);
  return resultOf(test, outcome ?? { code: null, stdout: '', stderr: 'The page does not answer.', milliseconds: TIMEOUT + 20_000 });
}

/** @param {string} root @param {string} folder @param {UpstreamTest} test @returns {Promise<Result>} */
function runNative(root, folder, test) {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'upstream-')));
  const node = findNodeBinary(root).path;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...test.flags, join(folder, test.name)], {
      cwd: dirname(folder),
      env: { ...process.env, ...environmentOf(test, place) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    for (const name of /** @type {const} */ (['stdout', 'stderr'])) child[name].on('data', (data) => (output[name] += String(data)));
    const stop = () => process.kill(-(child.pid ?? 0), 'SIGKILL');
    let late = false;
    const timer = setTimeout(() => ((late = true), stop()), TIMEOUT);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      rmSync(place, { recursive: true, force: true });
      resolve(resultOf(test, { code: late ? null : (code ?? 1), ...output, milliseconds: performance.now() - started }));
    });
  });
}

/** @param {UpstreamTest} test @param {{ code: number | null, stdout: string, stderr: string, milliseconds: number }} outcome @returns {Result} */
function resultOf(test, { code, stdout, stderr, milliseconds }) {
  const printed = stdout.replaceAll('\r', '');
  const passed = test.expected === null ? code === 0 : code !== null && matches(test.expected, printed);
  const output = passed ? '' : `${stdout.slice(-KEPT)}\n${stderr.slice(0, KEPT)}`;
  return { name: test.name, module: test.module, code, output, milliseconds: Math.round(milliseconds), passed };
}

/** As tools/test.py compares: line by line, `*` for any run of characters. @param {string} expected @param {string} printed */
function matches(expected, printed) {
  const lines = (/** @type {string} */ text) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  const [patterns, actual] = [lines(expected), lines(printed)];
  return (
    patterns.length === actual.length &&
    patterns.every((pattern, index) =>
      new RegExp(
        `^${pattern
          .split('*')
          .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
      ).test(actual[index] ?? ''),
    )
  );
}
