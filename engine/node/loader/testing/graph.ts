import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('run-graph.ts', import.meta.url));

/** Standard output of `entry` in a folder of `files`, run by native Node and by our module records. Fails when a run fails. */
export function runBoth(files: Readonly<Record<string, string>>, entry = 'main.mjs'): { native: string; ours: string } {
  const folder = mkdtempSync(join(tmpdir(), 'graph-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const run = (parameters: string[]): string => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', ...parameters], { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${parameters.join(' ')} ended with ${status}: ${stderr}`);
      return stdout;
    };
    return { native: run([entry]), ours: run([runner, entry]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
