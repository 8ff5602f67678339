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

  test('after the browser was killed, three times', async ({ base }) => {
    test.setTimeout(180_000);
    await surviveKills(base.origin, devServerRuns);
  });

  test('after the browser was killed while the project starts', async ({ base }) => {
    test.setTimeout(180_000);
    await surviveKills(base.origin, async () => {});
  });
});

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
