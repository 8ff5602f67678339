import { chromium } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, requireChromium } from '../scripts/chromium.mjs';

/**
 * @typedef {object} EngineRun what became of a command
 * @property {number} code exit code
 * @property {string} output
 * @property {number} firstOutput milliseconds from the call to the first output
 * @property {number} wall milliseconds from the call to the exit
 */

/**
 * @typedef {object} Engine a page with a booted engine
 * @property {(tree: object) => Promise<void>} mount `@webcontainer/api`'s FileSystemTree
 * @property {(command: string, args: readonly string[]) => Promise<EngineRun>} run fails when the command does
 * @property {() => Promise<void>} close
 */

/**
 * Boots the engine of a project that no earlier run has used, in a browser of its own, through the official client.
 * @param {{ port: number, clientPort: number }} servers
 * @param {string} project
 * @returns {Promise<Engine>}
 */
export async function openEngine({ port, clientPort }, project) {
  const browser = await chromium.launch({ executablePath: requireChromium(), args: CHROMIUM_ARGUMENTS });
  try {
    const page = await browser.newPage();
    const engine = `http://${project}.jampot.localhost:${port}`;
    await page.goto(`http://client.jampot.localhost:${clientPort}/client?engine=${encodeURIComponent(engine)}`);
    await page.evaluate(async () => {
      const global = /** @type {any} */ (globalThis);
      global.container = await global.webcontainer.WebContainer.boot({ workdirName: 'bench' });
    });
    return {
      mount: (tree) => page.evaluate((value) => /** @type {any} */ (globalThis).container.mount(value), tree),
      run: async (command, args) => {
        const result = await page.evaluate(runInPage, { command, args: [...args] });
        if (result.code !== 0)
          throw new Error(`${command} ${args.join(' ')} ended with ${result.code} in the page:\n${result.output.slice(-2000)}`);
        return result;
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** @param {{ command: string, args: string[] }} what @returns {Promise<EngineRun>} */
async function runInPage({ command, args }) {
  const { container } = /** @type {any} */ (globalThis);
  const started = performance.now();
  let firstOutput = Number.NaN;
  let output = '';
  const child = await container.spawn(command, args);
  const read = child.output.pipeTo(
    new WritableStream({
      write(/** @type {string} */ text) {
        if (Number.isNaN(firstOutput)) firstOutput = performance.now() - started;
        output += text;
      },
    }),
  );
  const code = await child.exit;
  const wall = performance.now() - started;
  await read;
  return { code, output, firstOutput, wall };
}
