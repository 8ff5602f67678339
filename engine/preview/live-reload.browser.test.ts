/** The Eleventy template's own dev server reloads its preview. Installs from the registry, through the server's proxy. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../../e2e/support/test.ts';
import { bootPreviews } from './testing/preview-page.ts';

const TEMPLATE = join(import.meta.dirname, '../../templates/eleventy-blog');

/** Files of a folder as base64, by path. */
function readFolder(folder: string, prefix = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name === 'node_modules' || name === '_site') continue;
    if (statSync(path).isDirectory()) Object.assign(files, readFolder(path, `${prefix}${name}/`));
    else files[prefix + name] = readFileSync(path).toString('base64');
  }
  return files;
}

/** Installs and starts the template; gives its preview's address. */
function startTemplate(page: Page): Promise<string> {
  return page.evaluate(async (files) => {
    for (const [path, contents] of Object.entries(files)) {
      await container.fs.mkdir(`./${path}`.replace(/\/[^/]*$/, ''), { recursive: true });
      await container.fs.writeFile(path, contents, 'base64');
    }
    let output = '';
    const start = async (command: string, args: string[]): Promise<number> => {
      const process = await container.spawn(command, args);
      void process.output.pipeTo(new WritableStream({ write: (chunk) => void (output += chunk) }));
      return process.exit;
    };
    const installed = await start('npm', ['ci']);
    if (installed !== 0) throw new Error(`npm ci ended with exit code ${installed}: ${output}`);
    const ready = new Promise<string>((resolve) => container.on('server-ready', (_port, url) => resolve(url)));
    const ended = start('npm', ['run', 'dev']).then((code) => {
      throw new Error(`The dev server ended with exit code ${code}: ${output}`);
    });
    return Promise.race([ready, ended]);
  }, readFolder(TEMPLATE));
}

test.describe("Eleventy's dev server", () => {
  test.setTimeout(180_000);

  test('shows edits by itself, over its WebSocket', async ({ openClient, context }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startTemplate(page);
    const tab = await context.newPage();
    const connected = tab.waitForEvent('console', (message) => message.text().includes('Connected'));
    await tab.goto(url);
    await connected;
    for (const text of ['first edit', 'second edit']) {
      await page.evaluate(async (text) => {
        const source = await container.fs.readFile('index.njk', 'utf8');
        await container.fs.writeFile('index.njk', `${source}\n<p class="edit">${text}</p>\n`);
      }, text);
      await expect(tab.locator('.edit').last()).toHaveText(text, { timeout: 20_000 });
    }
    // A stylesheet of the template is copied as it is and loaded anew.
    await page.evaluate(async () => {
      const css = await container.fs.readFile('css/style.css', 'utf8');
      await container.fs.writeFile('css/style.css', `${css}\nbody { outline: 3px solid rgb(1, 2, 3); }\n`);
    });
    await expect.poll(() => tab.evaluate(() => getComputedStyle(document.body).outlineColor), { timeout: 20_000 }).toBe('rgb(1, 2, 3)');
  });
});
