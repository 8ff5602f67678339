import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hashFiles, stepRecord, writeAtomically } from '../incremental.mjs';

/** @typedef {{ [name: string]: Tree | string | Uint8Array }} Tree */

const here = dirname(fileURLToPath(import.meta.url));

/** What engine/node/zlib/zstd-library.ts calls. */
const EXPORTS = [
  'malloc',
  'free',
  'ZSTD_isError',
  'ZSTD_getErrorCode',
  'ZSTD_getErrorString',
  'ZSTD_createCCtx',
  'ZSTD_freeCCtx',
  'ZSTD_CCtx_setParameter',
  'ZSTD_CCtx_setPledgedSrcSize',
  'ZSTD_CCtx_loadDictionary',
  'ZSTD_compressStream2',
  'ZSTD_createDCtx',
  'ZSTD_freeDCtx',
  'ZSTD_DCtx_setParameter',
  'ZSTD_DCtx_loadDictionary',
  'ZSTD_decompressStream',
];

/**
 * Node's Zstandard has worker threads (`nbWorkers`), which cut the input into jobs. Here the library thinks that it has them, too, so that it cuts as Node's does,
 * but its pool of threads and its locks are the single-threaded ones that it comes with: a job is done when it is handed over.
 */
const SINGLE_THREADED = new Set(['pool.c', 'pool.h', 'threading.c', 'threading.h']);

/** @param {string} folder @returns {Tree} */
function readTree(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /** @type {const} */ ([entry.name, readTree(path)]);
    const text = readFileSync(path, 'utf8');
    return /** @type {const} */ ([
      entry.name,
      SINGLE_THREADED.has(entry.name) ? text.replaceAll('ZSTD_MULTITHREAD', 'ZSTD_REAL_THREADS') : text,
    ]);
  });
  return Object.fromEntries(entries);
}

/**
 * Compiles generated/zstd.wasm from Zstandard's C sources, when it is not there yet or what it is made of has changed. The compiler is WebAssembly itself and needs
 * nothing of the machine; it is 101 MB large, takes a minute, gives the same bytes every time, and is removed afterwards. Needs the npm registry.
 * @param {string} root the project's folder
 * @returns {Promise<{ changed: boolean, bytes: number }>}
 */
export async function buildZstd(root) {
  const target = join(root, 'generated', 'zstd.wasm');
  const manifests = ['package.json', 'package-lock.json'].map((name) => join(here, name));
  const key = hashFiles([...manifests, fileURLToPath(import.meta.url)]);
  const record = stepRecord(join(root, 'generated'), '.zstd');
  if (record.read()?.key === key && existsSync(target)) return { changed: false, bytes: readFileSync(target).length };

  const work = join(root, 'generated', 'zstd');
  mkdirSync(work, { recursive: true });
  for (const manifest of manifests) copyFileSync(manifest, join(work, basename(manifest)));
  // The scripts of the package with the sources would build a native module.
  const installed = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) throw new Error(`“npm ci” failed in ${work}: Zstandard could not be compiled. The output above says why.`);
  const wasm = await compile(work);
  writeAtomically(target, wasm);
  record.write({ key });
  rmSync(work, { recursive: true, force: true });
  return { changed: true, bytes: wasm.length };
}

/** @param {string} work the folder with the packages */
async function compile(work) {
  const lib = readTree(join(work, 'node_modules', 'zstd-napi', 'deps', 'zstd', 'lib'));
  const sources = ['common', 'compress', 'decompress'].flatMap((folder) =>
    Object.keys(/** @type {Tree} */ (lib[folder]))
      .filter((name) => name.endsWith('.c'))
      .sort()
      .map((name) => `lib/${folder}/${name}`),
  );
  const compiler = createRequire(join(work, 'package.json')).resolve('@yowasp/clang');
  const { commands } =
    /** @type {{ commands: { clang(args: string[], files: Tree, options: { fetchProgress(): void }): Promise<Tree> } }} */ (
      await import(pathToFileURL(compiler).href)
    );
  // The compiler's file system does not know "..", which the sources' inclusions have: they are found below -Ilib.
  const options = ['-O2', '-Ilib', '-DNDEBUG', '-DZSTD_DISABLE_ASM', '-DZSTD_MULTITHREAD', '-mexec-model=reactor'];
  const linking = ['--gc-sections', '--strip-all', '--stack-first', '-z,stack-size=262144', ...EXPORTS.map((name) => `--export=${name}`)];
  const files = await commands
    .clang(
      [...options, ...linking.map((option) => `-Wl,${option}`), ...sources, '-o', 'zstd.wasm'],
      { lib },
      { fetchProgress: () => undefined },
    )
    // Its error carries all files.
    .catch((/** @type {Error} */ error) => {
      throw new Error(`The compiler failed: ${error.message}`);
    });
  const wasm = /** @type {Uint8Array} */ (files['zstd.wasm']);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(wasm)));
  if (imports.length > 0) throw new Error(`The module imports ${imports.map(({ name }) => name).join(', ')}.`);
  return wasm;
}
