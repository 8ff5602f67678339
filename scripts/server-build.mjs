// Bundles the server's two processes into generated/server/ when something that goes into them has changed: the server runs on the machine's own Node, which need not
// know TypeScript.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { hashFiles, stepRecord, writeAtomically } from './engine/incremental.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'generated', 'server');

/**
 * Packages that are CommonJS inside want `require`, which an ES module does not have.
 */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** @returns {string} path of the bundle that is started; the other one lies beside it */
export function bundleServer() {
  const output = join(folder, 'server.mjs');
  const record = stepRecord(join(root, 'generated', '.server'), 'server.mjs');
  const settings = [hashFiles([join(root, 'scripts', 'server-build.mjs')])];
  const known = record.read();
  if (known?.inputs && existsSync(output) && existsSync(join(folder, 'application.mjs')) && known.key === hashFiles(known.inputs, settings))
    return output;
  const result = buildSync({
    absWorkingDir: root,
    entryPoints: { server: 'lib/server/front/main.ts', application: 'lib/server/application/main.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.9',
    external: ['next'],
    banner: { js: BANNER },
    sourcemap: 'inline',
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const file of result.outputFiles) writeAtomically(file.path, file.contents);
  const inputs = Object.keys(result.metafile.inputs).map((input) => join(root, input));
  record.write({ key: hashFiles(inputs, settings), inputs });
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bundleServer();
