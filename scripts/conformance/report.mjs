import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalise } from './compare.mjs';

/** @typedef {import('./compare.mjs').Outcome} Outcome */
/** @typedef {{ name: string, module: string, differences: string[], expected: string | undefined, native: Outcome | undefined, page: Outcome | undefined }} Result */

/** @param {readonly Result[]} results */
export function printTable(results) {
  const modules = [...new Set(results.map(({ module }) => module))];
  const width = Math.max(...modules.map((name) => name.length));
  for (const module of modules) {
    const own = results.filter((result) => result.module === module);
    const known = own.filter(({ differences, expected }) => differences.length > 0 && expected !== undefined).length;
    const same = own.filter(({ differences }) => differences.length === 0).length;
    console.log(
      `${module.padEnd(width)}  ${String(same).padStart(3)} of ${String(own.length).padStart(3)}${known > 0 ? `  (${known} known)` : ''}`,
    );
  }
  const same = results.filter(({ differences }) => differences.length === 0).length;
  console.log(`\n${same} of ${results.length} identical`);
}

/** @param {Result} result */
export function printDifference({ name, differences, native, page }) {
  if (differences.length === 0 || native === undefined || page === undefined) return;
  console.log(`\n── ${name}: ${differences.join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'difference-'));
  for (const part of /** @type {const} */ (['stdout', 'stderr'])) {
    if (normalise(native[part]) === normalise(page[part])) continue;
    const files = [
      ['native', native[part]],
      ['page', page[part]],
    ].map(([side = '', text = '']) => {
      const file = join(folder, `${side}-${part}`);
      writeFileSync(file, normalise(text));
      return file;
    });
    const { stdout } = spawnSync('diff', ['-u', '--label', `native ${part}`, '--label', `page ${part}`, ...files], { encoding: 'utf8' });
    console.log(stdout.slice(0, 3000));
  }
  rmSync(folder, { recursive: true, force: true });
}
