// Runs commands in the engine, in a headless Chromium, through the official client; output and exit code become this process's.
//
//   node scripts/engine-run.mjs [options] [--] command [argument…]
//   --mount DIR      mounts a folder of this machine at the working directory (node_modules included)
//   --cwd PATH       working directory of the command, relative to the engine's
//   --script FILE    runs each line of FILE with `sh -c` in one boot; stops at the first that fails unless --keep-going
//   --export PATH DIR  after the command writes PATH of the engine to DIR
//   --env NAME=VALUE more variables, repeatable
//   --tty            on a terminal (output mixed, colours) instead of pipes
//   --stdin          passes this process's standard input on
//   --server URL     the engine of a running server (such as http://demo.jampot.localhost:3000) instead of an own one
//   --timeout SECONDS  ends everything after that long (default 600)
//   --profile DIR    keeps the browser's profile, and with it the engine's files, in DIR
//   --quiet          no lines of its own
//   --keep           leaves the browser open until Ctrl-C
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments } from './engine-run/arguments.mjs';
import { bundleForRun } from './engine-run/bundle.mjs';
import { exportTree, readSnapshot } from './engine-run/files.mjs';
import { openEngine } from './engine-run/browser.mjs';
import { serveEngine } from './engine-run/server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const options = parseArguments(process.argv.slice(2));
const say = (/** @type {string} */ text) => {
  if (!options.quiet) process.stderr.write(`[engine-run] ${text}\n`);
};

const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(2)} s`;
await bundleForRun(root, say);
const server = await serveEngine(root, options.server, options.profile !== null);
const engine = await openEngine(server, options.profile, say);
const timer = setTimeout(() => {
  say(`timed out after ${options.timeout} s`);
  process.exit(124);
}, options.timeout * 1000);

let code = 1;
try {
  say(`booted (${seconds()})`);
  if (options.mount !== null) {
    const snapshot = readSnapshot(options.mount);
    await engine.mount(snapshot);
    say(`mounted ${options.mount}, ${(snapshot.length / 1e6).toFixed(1)} MB (${seconds()})`);
  }
  const commands =
    options.script === null
      ? options.command.length === 0
        ? []
        : [options.command]
      : readFileSync(options.script, 'utf8')
          .split('\n')
          .filter((line) => line.trim() !== '' && !line.startsWith('#'))
          .map((line) => ['sh', '-c', line]);
  code = 0;
  for (const command of commands) {
    const from = performance.now();
    if (options.script !== null) say(`$ ${command.at(-1)}`);
    const result = await engine.run({ command, cwd: options.cwd, env: options.env, tty: options.tty, stdin: options.stdin });
    say(`exit code ${result} after ${(performance.now() - from).toFixed(0)} ms`);
    if (result !== 0 && code === 0) code = result;
    if (result !== 0 && !options.keepGoing) break;
  }
  for (const { path, folder } of options.exports) {
    const count = exportTree(await engine.export(path), folder);
    say(`exported ${path} to ${folder}: ${count} files`);
  }
  if (options.keep) {
    say(`the engine stays open at ${server.page} until Ctrl-C`);
    await new Promise((resolve) => process.once('SIGINT', resolve));
  }
} catch (error) {
  process.stderr.write(`[engine-run] ${error instanceof Error ? error.message : String(error)}\n`);
  code = code === 0 ? 1 : code;
} finally {
  clearTimeout(timer);
  await engine.close();
  server.close();
}
process.exitCode = code;
