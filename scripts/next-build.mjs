// Builds the application when something that goes into it has changed since the last build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { hashFiles, stepRecord } from './engine/incremental.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Files and folders that the application is built from. Engine bundles are served as they are and need no build. */
const INPUTS = [
  'app',
  'components',
  'lib',
  'templates',
  'engine/protocol',
  'proxy.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
];

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => (name === 'node_modules' ? [] : filesBelow(join(path, name))));
}

/** Bundles what is served beside the application: the script that runs before its own, and the worker that both may start. */
export function bundlePageScripts() {
  buildSync({
    absWorkingDir: root,
    entryPoints: ['lib/container/early-boot.ts', 'lib/project/journal/journal-worker.ts'],
    outdir: 'public',
    entryNames: '[name]',
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

export function buildApplication() {
  bundlePageScripts();
  const files = INPUTS.flatMap((input) => filesBelow(join(root, input)));
  const key = hashFiles(files, ['production']);
  const record = stepRecord(join(root, 'generated'), '.application');
  if (record.read()?.key === key && existsSync(join(root, '.next', 'BUILD_ID'))) {
    console.log('Application unchanged (.next)');
    return;
  }
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const { status, error } = spawnSync(process.execPath, [next, 'build'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`"next build" ended with exit code ${status}; its output is above.`);
  record.write({ key });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildApplication();
