import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/**
 * The same commands in a temporary folder, with the pinned Node first on the PATH.
 * @param {string} node path of the binary
 * @returns {Promise<import('./engine-page.mjs').Engine & { folder: string }>}
 */
export async function openNative(node) {
  const folder = await mkdtemp(join(tmpdir(), 'jampot-bench-'));
  // npm's own cache must not be the machine's: a cold install starts from nothing.
  const environment = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env['PATH']}`,
    npm_config_cache: join(folder, '.npm-cache'),
  };
  return {
    folder,
    mount: (tree) => writeTree(folder, /** @type {Tree} */ (tree)),
    run: (command, args) =>
      new Promise((resolve, reject) => {
        const started = performance.now();
        let firstOutput = Number.NaN;
        let output = '';
        const child = spawn(command, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
        const collect = (/** @type {Buffer} */ chunk) => {
          if (Number.isNaN(firstOutput)) firstOutput = performance.now() - started;
          output += chunk.toString();
        };
        child.stdout.on('data', collect);
        child.stderr.on('data', collect);
        child.on('error', reject);
        child.on('close', (code) => {
          if (code === 0) resolve({ code, output, firstOutput, wall: performance.now() - started });
          else reject(new Error(`${command} ${args.join(' ')} ended with ${code} natively:\n${output.slice(-2000)}`));
        });
      }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** @typedef {{ [name: string]: { file: { contents: string } } | { directory: Tree } }} Tree */

/** @param {string} folder @param {Tree} tree @returns {Promise<void>} */
async function writeTree(folder, tree) {
  await mkdir(folder, { recursive: true });
  for (const [name, entry] of Object.entries(tree)) {
    if ('directory' in entry) await writeTree(join(folder, name), entry.directory);
    else await writeFile(join(folder, name), entry.file.contents);
  }
}
