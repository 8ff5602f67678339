/**
 * What was typed is there again after a reload, a closed tab and a killed browser, and a project that was opened before asks nothing of the registry.
 * Needs the registry: the project is installed from it once.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Page } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, requireChromium } from '../scripts/chromium.mjs';
import { devServerRuns, editor, file, FIRST_POST, openBlog, progress, typeAtEnd } from './support/ide.ts';
import { expect, test } from './support/test.ts';

/** The promise is about what was typed more than 300 ms before. */
const SAVED_AFTER = 300;

/** A browser whose processes belong to the test, so that the test can kill them. */
class OwnBrowser {
  readonly #profile: string;
  #process: ChildProcess | null = null;
  #browser: Browser | null = null;

  constructor(profile: string) {
    this.#profile = profile;
  }

  async open(): Promise<Page> {
    const child = spawn(
      requireChromium(),
      [...CHROMIUM_ARGUMENTS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${this.#profile}`, 'about:blank'],
      // A group of its own: the processes of its pages too end at once.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    this.#process = child;
    const address = await new Promise<string>((resolve, reject) => {
      createInterface(child.stderr).on('line', (line) => {
        const found = /DevTools listening on (\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`Chromium ended with ${code} before it listened.`)));
    });
    this.#browser = await chromium.connectOverCDP(address);
    const [context] = this.#browser.contexts();
    if (context === undefined) throw new Error('Chromium has no context.');
    return context.newPage();
  }

  /** Ends the browser's processes as the system would: at once, with no chance to write anything. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    const gone = once(child, 'exit');
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await gone;
    await this.#browser?.close();
  }
}

test.describe('edits come back', () => {
  test('after a reload and after a closed tab, files and folders too', async ({ page, context }) => {
    await openBlog(page);
    await typeAtEnd(page, FIRST_POST, 'Typed before the reload.');
    await page.waitForTimeout(SAVED_AFTER);
    await page.reload();
    await expect(editor(page, FIRST_POST)).toContainText('Typed before the reload.');

    await typeAtEnd(page, FIRST_POST, 'Typed before the tab was closed.');
    await file(page, 'about.md').press('Delete');
    await expect(file(page, 'about.md')).toHaveCount(0);
    await page.waitForTimeout(SAVED_AFTER);
    const address = page.url();
    await page.close();
    const again = await context.newPage();
    await again.goto(address);
    await expect(editor(again, FIRST_POST)).toContainText('Typed before the reload.Typed before the tab was closed.');
    await expect(file(again, 'index.njk')).toBeVisible();
    await expect(file(again, 'about.md')).toHaveCount(0);
  });

  test('after a reload before the files of the template had come', async ({ page }) => {
    await page.route('**/templates/*/files', (route) => route.abort());
    await openBlog(page);
    await typeAtEnd(page, FIRST_POST, 'Typed early.');
    await page.waitForTimeout(SAVED_AFTER);
    await page.unroute('**/templates/*/files');
    await page.reload();
    await expect(editor(page, FIRST_POST)).toContainText('Typed early.');
    await expect(file(page, 'about.md')).toBeVisible();
    // It has all that it needs now.
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
    await page.route('**/templates/*/files', (route) => route.abort());
    await page.reload();
    await expect(editor(page, FIRST_POST)).toContainText('Typed early.');
    await expect(file(page, 'about.md')).toBeVisible();
  });

  test('from the journal, also where it cannot be opened for writing', async ({ page, context }) => {
    await openBlog(page);
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
    // From here on the browser's storage confirms nothing.
    await page.evaluate(() => {
      const { transaction } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = function transactionWithoutEnd(...args) {
        const begun = transaction.apply(this, args);
        const [name] = begun.objectStoreNames;
        const again = (): void => {
          begun.objectStore(name ?? '').count().onsuccess = again;
        };
        if (args[1] === 'readwrite') again();
        return begun;
      };
    });
    await typeAtEnd(page, FIRST_POST, 'Only in the journal. ');
    await page.waitForTimeout(SAVED_AFTER);
    await context.route('**/journal-worker.js', (route) => route.fulfill({ status: 404 }));
    await page.reload();
    await expect(editor(page, FIRST_POST)).toContainText('Only in the journal.');
    await typeAtEnd(page, FIRST_POST, 'And without one.');
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
    await context.unroute('**/journal-worker.js');
    await page.reload();
    await expect(editor(page, FIRST_POST)).toContainText('Only in the journal. And without one.');
  });

  test('in the tab that takes over, all that the other one took', async ({ page, context }) => {
    await openBlog(page);
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
    await renameProject(page, 'First name');
    const second = await context.newPage();
    await second.goto(page.url());
    await expect(second.getByText('Open in another tab.')).toBeVisible();
    await renameProject(page, 'Second name');
    await editor(page, FIRST_POST).click();
    await page.keyboard.press('Control+End');
    let isTaken = false;
    const typing = (async (): Promise<void> => {
      // As fast as fingers: keys without a pause leave a page no time for anything else.
      // oxlint-disable-next-line no-await-in-loop
      for (let word = 1; !isTaken; word += 1) await page.keyboard.type(`${word} `, { delay: 30 });
    })();
    await second.getByRole('button', { name: 'Edit here' }).click();
    await expect(page.getByText('Open in another tab.')).toBeVisible();
    isTaken = true;
    await typing;
    await expect(second.getByText('Open in another tab.')).toHaveCount(0);
    await editor(second, FIRST_POST).click();
    await second.keyboard.press('Control+End');
    const lastLine = (tab: Page): Promise<string> => editor(tab, FIRST_POST).locator('.cm-line').last().innerText();
    expect(await lastLine(second)).toBe(await lastLine(page));
    await second.goto('/');
    await expect(second.getByRole('link', { name: /Second name/ })).toBeVisible();
  });

  test('after the browser was killed, three times', async ({ base }) => {
    test.setTimeout(180_000);
    await surviveKills(base.origin, devServerRuns);
  });

  test('after the browser was killed while the project starts', async ({ base }) => {
    test.setTimeout(180_000);
    await surviveKills(base.origin, async () => {});
  });
});

async function renameProject(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search files and run commands' }).fill('rename the project');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Name of the project' }).fill(name);
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
}

/** Types, waits for as long as is promised, kills the browser and looks, three times. `ready` is awaited before each typing. */
async function surviveKills(origin: string, ready: (page: Page) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'jampot-profile-'));
  const browser = new OwnBrowser(profile);
  try {
    let page = await browser.open();
    await openBlog(page, origin);
    const address = page.url();
    let typed = '';
    for (const round of ['one', 'two', 'three']) {
      const text = `Before kill ${round}. `;
      await ready(page);
      await typeAtEnd(page, FIRST_POST, text);
      typed += text;
      await page.waitForTimeout(SAVED_AFTER);
      await browser.kill();
      page = await browser.open();
      await page.goto(address);
      // The window is small, and lines that are out of sight are not in the document: the end of the file has to be shown first.
      await editor(page, FIRST_POST).click();
      await page.keyboard.press('Control+End');
      await expect(editor(page, FIRST_POST)).toContainText(typed.trim());
    }
  } finally {
    await browser.kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Everything that passes to the installation: a proxy sees the requests of every page, frame and worker. */
async function startCountingProxy(): Promise<{ server: Server; address: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '');
    paths.push(url.pathname);
    const onward = request(
      { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', (error) => outgoing.destroy(error));
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

test.describe('a project that was opened before', () => {
  test('runs again without a request to the registry', async ({ base }) => {
    test.setTimeout(180_000);
    const { server, address, paths } = await startCountingProxy();
    const executablePath = requireChromium();
    // Without this list the browser would reach names below localhost past the proxy.
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS, proxy: { server: address, bypass: '<-loopback>' } });
    try {
      const context = await browser.newContext();
      const page = await context.newPage();
      await openBlog(page, base.origin);
      await devServerRuns(page);
      const project = page.url();
      const asked = (): number => paths.filter((path) => path.startsWith('/api/registry')).length;
      expect(asked()).toBeGreaterThan(50);
      const before = asked();
      await page.close();

      const again = await context.newPage();
      await again.goto(project);
      await devServerRuns(again);
      await expect(
        progress(again).getByRole('listitem').filter({ hasText: 'Install' }).getByRole('img', { name: 'Not needed' }),
      ).toBeVisible();
      expect(asked() - before).toBe(0);
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  });
});

test.describe('before the page’s scripts run', () => {
  test.use({ javaScriptEnabled: false });

  test('no new project is said to be saved', async ({ page }) => {
    await page.goto('/new/eleventy-blog');
    await expect(page.getByText('saving', { exact: true })).toBeVisible();
    await expect(page.getByText('saved', { exact: true })).toHaveCount(0);
  });
});
