// Runs every script of engine/conformance natively with the pinned Node and in the page, and compares output, errors and exit code.
//
//   node scripts/conformance.mjs [options] [part of a path…]
//   --show            prints what differs
//   --json FILE       writes the results
//   --native-only     runs natively only (to see whether scripts are deterministic: twice)
//   --jobs N          scripts at a time (default 3)
//   --upstream DIR    runs Node's own tests from DIR (the folder "test" of Node's sources of version 24) in the page instead; results are kept in
//                     generated/conformance-upstream, so that it goes on where it was stopped. `=fs` means the module, other words are parts of names.
//                     --fresh forgets results, --failed runs again what failed, --native runs with the pinned Node, --report only prints,
//                     --update writes the expectations of what fails
//
// A script may begin with directives: `// node: options`, `// args: …`, `// input: text for standard input` (JSON string), `// exec: whole command`.
// Differences that are known have a reason in engine/conformance/expectations.json; anything else fails.
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNodeBinary } from './engine/node-binary.mjs';
import { bundleForRun } from './engine-run/bundle.mjs';
import { openEngine } from './engine-run/browser.mjs';
import { readSnapshot } from './engine-run/files.mjs';
import { serveEngine } from './engine-run/server.mjs';
import { compare } from './conformance/compare.mjs';
import { runNatively } from './conformance/native.mjs';
import { printDifference, printTable } from './conformance/report.mjs';
import { collectScripts } from './conformance/scripts.mjs';
import { reportUpstream } from './conformance/upstream/report.mjs';
import { runUpstream } from './conformance/upstream/run.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'engine', 'conformance');
const args = process.argv.slice(2);
const take = (/** @type {string} */ name) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const flag = (/** @type {string} */ name) => {
  const at = args.indexOf(name);
  return at >= 0 && args.splice(at, 1).length === 1;
};
const jsonFile = take('--json');
const jobs = Number(take('--jobs') ?? 3);
const show = flag('--show');
const nativeOnly = flag('--native-only');
const upstream = take('--upstream');
if (upstream !== undefined) {
  const [native, fresh, failed, reportOnly, update] = ['--native', '--fresh', '--failed', '--report', '--update'].map(flag);
  const options = { root, folder: upstream, filters: args, jobs, native: native === true, fresh: fresh === true, failed: failed === true };
  const results = await runUpstream({ ...options, only: reportOnly === true ? 'known' : 'all' });
  const expectations = join(root, 'scripts', 'conformance', 'upstream', 'expectations.json');
  process.exit(reportUpstream({ folder: upstream, results, expectations, update: update === true }) ? 0 : 1);
}
const TIMEOUT = 30_000;

/** @type {Record<string, string>} */
const expectations = JSON.parse(readFileSync(join(folder, 'expectations.json'), 'utf8'));
const scripts = collectScripts(folder).filter(({ name }) => args.length === 0 || args.some((part) => name.includes(part)));
if (scripts.length === 0) throw new Error(`No script of ${folder} matches ${args.join(', ')}.`);

/** Calls `work` for each script, `jobs` at a time. @template T @param {(script: import('./conformance/scripts.mjs').Script) => Promise<T>} work @returns {Promise<T[]>} */
async function each(work) {
  /** @type {T[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < scripts.length; index = next++) {
      const script = scripts[index];
      if (script !== undefined) results[index] = await work(script);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}

const copy = realpathSync(mkdtempSync(join(tmpdir(), 'conformance-')));
const node = findNodeBinary(root).path;
const quiet = () => undefined;
try {
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  const native = await each((script) => runNatively({ node, folder: copy, script, timeout: TIMEOUT }));
  if (nativeOnly) {
    const again = await each((script) => runNatively({ node, folder: copy, script, timeout: TIMEOUT }));
    const unstable = scripts.filter((_, index) => compare(native[index], again[index]).length > 0);
    for (const { name } of unstable) console.log(`not the same twice: ${name}`);
    process.exitCode = unstable.length > 0 ? 1 : 0;
  } else {
    await bundleForRun(root, quiet);
    const server = await serveEngine(root, null, false);
    const engine = await openEngine(server, null, quiet);
    try {
      await engine.mount(readSnapshot(folder));
      const page = await each(({ command, input }) => engine.capture({ command: ['node', ...command], env: {}, input, timeout: TIMEOUT }));
      const results = scripts.map(({ name, module }, index) => ({
        name,
        module,
        differences: compare(native[index], page[index]),
        expected: expectations[name],
        native: native[index],
        page: page[index],
      }));
      if (show) for (const result of results) printDifference(result);
      printTable(results);
      if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(results, null, 1)}\n`);
      const surprises = results.filter(({ differences, expected }) => differences.length > 0 && expected === undefined);
      for (const { name, differences } of surprises) console.log(`differs: ${name} (${differences.join(', ')})`);
      for (const { name, differences, expected } of results) {
        if (differences.length === 0 && expected !== undefined) console.log(`identical now, its expectation can go: ${name}`);
      }
      process.exitCode = surprises.length > 0 ? 1 : 0;
    } finally {
      await engine.close();
      server.close();
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
