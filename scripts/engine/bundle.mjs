import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { hashFiles, stepRecord, writeAtomically } from './incremental.mjs';

/** Every bundle is one self-contained classic script. @type {ReadonlyArray<{ output: string, entry: string }>} */
export const BUNDLES = [
  { output: 'host.js', entry: 'engine/host/headless.ts' },
  { output: 'kernel-worker.js', entry: 'engine/host/kernel-worker.ts' },
  { output: 'process-worker.js', entry: 'engine/host/process-worker.ts' },
  { output: 'program-worker.js', entry: 'engine/host/program-worker.ts' },
  { output: 'preview-sw.js', entry: 'engine/preview/service-worker.ts' },
  { output: 'preview-bootstrap.js', entry: 'engine/preview/bootstrap.ts' },
  { output: 'preview-bridge.js', entry: 'engine/preview/bridge.ts' },
];

/**
 * Bundles the engine's entry points into `public/engine/`.
 * @param {string} root the project's folder
 * @param {Record<string, string>} assets logical name → URL path, handed to the code as `__JAMPOT_ASSETS__`
 * @param {{ development: boolean, entries?: RegExp }} options `entries`: only those whose path matches
 * @returns {Promise<Array<{ output: string, entry: string, state: 'built' | 'unchanged' | 'missing', bytes?: number }>>}
 */
export function bundleEngine(root, assets, { development, entries = /./ }) {
  return Promise.all(BUNDLES.filter(({ entry }) => entries.test(entry)).map((bundle) => bundleOne(root, assets, development, bundle)));
}

/**
 * @param {string} root
 * @param {Record<string, string>} assets
 * @param {boolean} development
 * @param {{ output: string, entry: string }} bundle
 */
async function bundleOne(root, assets, development, { output, entry }) {
  const path = join(root, entry);
  if (!existsSync(path)) return { output, entry, state: /** @type {const} */ ('missing') };

  const target = join(root, 'public', 'engine', output);
  const record = stepRecord(join(root, 'generated', '.bundles'), output);
  const settings = [JSON.stringify(assets), String(development), hashFiles([join(root, 'scripts', 'engine', 'bundle.mjs')])];
  const known = record.read();
  if (known?.inputs && existsSync(target) && known.key === hashFiles(known.inputs, settings)) {
    return { output, entry, state: /** @type {const} */ ('unchanged') };
  }

  const result = await build({
    absWorkingDir: root,
    entryPoints: [path],
    outfile: target,
    write: false,
    metafile: true,
    bundle: true,
    // Guests replace globals; the engine's own code keeps the browser's.
    ...(output === 'process-worker.js' ? { inject: [join(root, 'engine/host/browser-globals.ts')] } : {}),
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['browser', 'module', 'import'],
    sourcemap: 'linked',
    // Identifiers stay: guest programs see names of the classes that bindings hand out.
    minifyWhitespace: !development,
    minifySyntax: !development,
    legalComments: 'none',
    charset: 'utf8',
    define: {
      __JAMPOT_ASSETS__: JSON.stringify(assets),
      'process.env.NODE_ENV': JSON.stringify(development ? 'development' : 'production'),
    },
    logLevel: 'warning',
  });
  for (const file of result.outputFiles) writeAtomically(file.path, file.contents);
  const inputs = Object.keys(result.metafile.inputs).map((input) => join(root, input));
  record.write({ key: hashFiles(inputs, settings), inputs });
  const [script] = result.outputFiles.filter((file) => relative(target, file.path) === '');
  return { output, entry, state: /** @type {const} */ ('built'), bytes: script?.contents.byteLength ?? 0 };
}
