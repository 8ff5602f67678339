// Compiles engine/node/zlib/zstd.wasm from Zstandard's C sources. The file is kept in the repository: the compiler is 101 MB and takes a minute, and
// its output is the same bytes every time. Only run when a version changes; needs the npm registry.
//   --check   compares with the file instead of writing it
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {{ [name: string]: Tree | string | Uint8Array }} Tree */

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const target = join(root, 'engine', 'node', 'zlib', 'zstd.wasm');
const work = join(root, 'generated', 'zstd');

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

mkdirSync(work, { recursive: true });
for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(work, name));
// The scripts of the package with the sources would build a native module.
if (spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: work, stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0)
  throw new Error(`"npm ci" failed in ${work}.`);

const lib = readTree(join(work, 'node_modules', 'zstd-napi', 'deps', 'zstd', 'lib'));
const sources = ['common', 'compress', 'decompress'].flatMap((folder) =>
  Object.keys(/** @type {Tree} */ (lib[folder]))
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => `lib/${folder}/${name}`),
);
const compiler = createRequire(join(work, 'package.json')).resolve('@yowasp/clang');
const { commands } = /** @type {{ commands: { clang(args: string[], files: Tree): Promise<Tree> } }} */ (
  await import(pathToFileURL(compiler).href)
);
// The compiler's file system does not know "..", which the sources' inclusions have: they are found below -Ilib.
const options = ['-O2', '-Ilib', '-DNDEBUG', '-DZSTD_DISABLE_ASM', '-DZSTD_MULTITHREAD', '-mexec-model=reactor'];
const linking = ['--gc-sections', '--strip-all', '--stack-first', '-z,stack-size=262144', ...EXPORTS.map((name) => `--export=${name}`)];
const files = await commands
  .clang([...options, ...linking.map((option) => `-Wl,${option}`), ...sources, '-o', 'zstd.wasm'], { lib })
  // Its error carries all files.
  .catch((/** @type {Error} */ error) => {
    throw new Error(`The compiler failed: ${error.message}`);
  });
const wasm = /** @type {Uint8Array} */ (files['zstd.wasm']);
const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(wasm)));
if (imports.length > 0) throw new Error(`The module imports ${imports.map(({ name }) => name).join(', ')}.`);
if (process.argv.includes('--check')) {
  if (!readFileSync(target).equals(wasm)) throw new Error(`${target} is not what these sources give.`);
  console.log(`${target} is what these sources give, ${wasm.length} bytes`);
} else {
  writeFileSync(target, wasm);
  console.log(`${target} written, ${wasm.length} bytes`);
}
