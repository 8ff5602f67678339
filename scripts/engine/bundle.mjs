import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { hashedName, hashFiles, removeOlder, stepRecord, writeAtomically } from './incremental.mjs';

/**
 * Every bundle is one self-contained classic script. Workers get names that carry their content's hash, so that browsers keep them, compiled
 * too; whoever starts them is bundled in a later stage and is told the name.
 * @type {ReadonlyArray<{ output: string, entry: string, stage: number, hashed?: boolean, served?: string }>} `served`: not below `/engine/`
 */
export const BUNDLES = [
  { output: 'asymmetric-crypto.js', entry: 'engine/host/asymmetric-crypto.ts', stage: 0, hashed: true },
  { output: 'tls.js', entry: 'engine/host/tls.ts', stage: 0, hashed: true },
  { output: 'process-worker.js', entry: 'engine/host/process-worker.ts', stage: 1, hashed: true },
  { output: 'program-worker.js', entry: 'engine/host/program-worker.ts', stage: 0, hashed: true },
  { output: 'store-worker.js', entry: 'engine/host/store-worker.ts', stage: 0, hashed: true },
  { output: 'kernel-worker.js', entry: 'engine/host/kernel-worker.ts', stage: 2, hashed: true },
  { output: 'host.js', entry: 'engine/host/headless.ts', stage: 3 },
  { output: 'preview-sw.js', entry: 'engine/preview/service-worker.ts', stage: 0, served: '/__jampot/sw.js' },
  { output: 'preview-bootstrap.js', entry: 'engine/preview/bootstrap.ts', stage: 1 },
  { output: 'preview-bridge.js', entry: 'engine/preview/bridge.ts', stage: 1 },
];

/** Scripts that share their globals with guests, and where they have the browser's from. */
const GUEST_SCRIPTS = /** @type {ReadonlyMap<string, { inject: string, define?: Record<string, string> }>} */ (
  new Map([
    ['process-worker.js', { inject: 'engine/host/browser-globals.ts' }],
    ['asymmetric-crypto.js', { inject: 'engine/host/lent-globals.ts', define: { 'globalThis.crypto': 'crypto' } }],
    ['tls.js', { inject: 'engine/host/lent-globals.ts', define: { 'globalThis.crypto': 'crypto' } }],
  ])
);

/** @typedef {{ output: string, entry: string, state: 'built' | 'unchanged' | 'missing', url?: string, bytes?: number }} Bundled */

/**
 * Bundles the engine's entry points into `public/engine/`.
 * @param {string} root the project's folder
 * @param {Record<string, string>} assets logical name → URL path, handed to the code as `__JAMPOT_ASSETS__`
 * @param {{ development: boolean, entries?: RegExp }} options `entries`: only those whose path matches
 * @returns {Promise<Bundled[]>}
 */
export async function bundleEngine(root, assets, { development, entries = /./ }) {
  const define = {
    __JAMPOT_TRANSFORMS__: JSON.stringify(transformsVersion(root, assets)),
    'process.env.NODE_ENV': JSON.stringify(development ? 'development' : 'production'),
  };
  const known = { ...assets };
  /** @type {Bundled[]} */
  const all = [];
  for (const stage of [0, 1, 2, 3]) {
    const wanted = BUNDLES.filter((bundle) => bundle.stage === stage && entries.test(bundle.entry));
    const defined = { ...define, __JAMPOT_ASSETS__: JSON.stringify(known) };
    const bundled = await Promise.all(wanted.map((bundle) => bundleOne(root, defined, development, bundle)));
    for (const { output, url } of bundled) if (url !== undefined) known[output] = url;
    all.push(...bundled);
  }
  return all;
}

/**
 * Changes whenever transformed sources may come out differently: projects keep them between visits (engine/node/loader/transform-cache.ts).
 * @param {string} root
 * @param {Record<string, string>} assets
 */
function transformsVersion(root, assets) {
  const folder = join(root, 'engine', 'node', 'loader');
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const hash = createHash('sha256').update(assets['node-builtins.txt'] ?? '');
  for (const path of [join(root, 'node_modules', 'acorn', 'package.json'), ...sources.sort().map((name) => join(folder, name))])
    hash.update('\0').update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

/**
 * @param {string} root
 * @param {Record<string, string>} define
 * @param {boolean} development
 * @param {{ output: string, entry: string, hashed?: boolean, served?: string }} bundle
 * @returns {Promise<Bundled>}
 */
async function bundleOne(root, define, development, { output, entry, hashed = false, served }) {
  const path = join(root, entry);
  if (!existsSync(path)) return { output, entry, state: 'missing' };

  const folder = join(root, 'public', 'engine');
  const record = stepRecord(join(root, 'generated', '.bundles'), output);
  const settings = [JSON.stringify(define), String(development), hashFiles([join(root, 'scripts', 'engine', 'bundle.mjs')])];
  const known = record.read();
  if (known?.inputs && known.file && existsSync(join(folder, known.file)) && known.key === hashFiles(known.inputs, settings)) {
    return { output, entry, state: 'unchanged', url: known.url ?? '' };
  }

  const guest = GUEST_SCRIPTS.get(output);
  const result = await build({
    absWorkingDir: root,
    entryPoints: [path],
    outfile: join(folder, output),
    write: false,
    metafile: true,
    bundle: true,
    // Guests replace globals; the engine's own code keeps the browser's.
    ...(guest === undefined ? {} : { inject: [join(root, guest.inject)] }),
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['browser', 'module', 'import'],
    sourcemap: 'external',
    // Identifiers stay: guest programs see names of the classes that bindings hand out.
    minifyWhitespace: !development,
    minifySyntax: !development,
    legalComments: 'none',
    charset: 'utf8',
    define: { ...define, ...guest?.define },
    logLevel: 'warning',
  });
  const [map, script] = ['.map', '.js'].map((extension) => result.outputFiles.find((file) => file.path.endsWith(extension)));
  if (map === undefined || script === undefined) throw new Error(`esbuild made no script of ${entry}.`);
  const name = hashedName(output, script.contents);
  const file = hashed ? name : output;
  // A name of its own for each content, also where the server knows one path only.
  const url = served === undefined ? `/engine/${file}` : `${served}?v=${name.split('.').at(-2)}`;
  if (hashed) removeOlder(folder, output, file);
  writeAtomically(join(folder, `${file}.map`), map.contents);
  writeAtomically(join(folder, file), `${script.text}//# sourceMappingURL=${file}.map\n`);
  const inputs = Object.keys(result.metafile.inputs).map((input) => join(root, input));
  record.write({ key: hashFiles(inputs, settings), inputs, file, url });
  return { output, entry, state: 'built', url, bytes: script.contents.byteLength };
}
