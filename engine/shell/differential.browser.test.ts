/** The scripts that are compared with dash, bash and coreutils, on processes and files of the real engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../../e2e/support/test.ts';
import { ENV, populate, runNatively } from './testing/compare.ts';
import { BASH_SCRIPTS, SCRIPTS } from './testing/scripts.ts';
import { bootEngine, runScript } from './testing/terminal-page.ts';
import { treeOf } from './testing/tree.ts';

/** These show how much room folders and blocks take, which is each file system's own affair. */
const SIZES = new Set(['ls -l src fruits.txt link', 'du -s empty | cut -f2; stat -c "%n %s %F" fruits.txt src link']);

async function bootPopulated(page: Page): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'shell-'));
  try {
    populate(directory);
    await bootEngine(page);
    await page.evaluate((tree) => engine.mount({ fixture: { directory: tree } }), treeOf(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  // Times do not travel with a mount.
  const { output, code } = await runScript(page, 'find fixture -exec touch -h -d @1700000000 {} +');
  expect({ output, code }).toEqual({ output: '', code: 0 });
}

/** Standard output and exit code of a script in a fresh copy of the populated directory. */
async function runInEngine(page: Page, script: string, shell: 'sh' | 'bash'): Promise<{ stdout: string; code: number }> {
  return page.evaluate(
    async ([text, name, env]) => {
      const command = 'rm -rf case; cp -a fixture case; cd case; exec "$0" -c "$1" > ../out 2> /dev/null < /dev/null';
      const process = await engine.spawn('sh', ['-c', command, name, text], { env, output: false });
      const code = await process.exit;
      return { stdout: await engine.fs.readFile('out', 'utf8'), code };
    },
    [script, shell, { ...ENV, NODE_ENV: 'test' }] as const,
  );
}

for (const [shell, scripts] of [
  ['sh', SCRIPTS],
  ['bash', BASH_SCRIPTS],
] as const) {
  test(`${shell} in the engine does as the machine's own`, async ({ openClient }) => {
    test.setTimeout(180_000);
    const page = await openClient();
    await bootPopulated(page);
    for (const script of scripts.filter((one) => !SIZES.has(one))) {
      expect.soft(await runInEngine(page, script, shell), script).toEqual(runNatively(script, shell));
    }
  });
}
