/** Previews outlive what comes and goes: servers, service workers, engines. */
import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from '../../e2e/support/test.ts';
import { bootPreviews, openFrame, startServer } from './testing/preview-page.ts';

const SERVER =
  "require('http').createServer((q, r) => r.setHeader('content-type', 'text/html').end('<!doctype html><p id=guest>served</p>')).listen(3000)";

/** Stops all service workers, as browsers do with idle ones. */
async function stopWorkers(page: Page): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

test.describe('a stopped service worker', () => {
  test('gets a new link when it is needed', async ({ openClient, context }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, SERVER);
    const tab = await context.newPage();
    await tab.goto(url);
    await expect(tab.locator('#guest')).toHaveText('served');
    await stopWorkers(tab);
    expect(await tab.evaluate(async () => (await fetch('/again')).status)).toBe(200);
    await stopWorkers(tab);
    await tab.reload();
    await expect(tab.locator('#guest')).toHaveText('served');
  });
});

test.describe('a preview without its server', () => {
  test('says so and loads by itself when the port opens again', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, `${SERVER}.on('request', (q) => q.url === '/end' && setImmediate(() => process.exit()))`);
    const frame = await openFrame(page, url);
    await frame.evaluate(() => fetch('/end').then((response) => response.text()));
    await expect
      .poll(async () => {
        const response = await frame.goto(url);
        return response?.status();
      })
      .toBe(503);
    await expect(frame.locator('h1')).toHaveText('Nothing listens on port 3000 yet');
    await startServer(page, SERVER);
    await expect(frame.locator('#guest')).toHaveText('served');
  });

  test('names what is no answer', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const garbage = await startServer(page, "require('net').createServer((s) => s.end('SSH-2.0-nobody\\r\\n')).listen(3000)");
    const cut = await startServer(page, "require('net').createServer((s) => s.once('data', () => s.end())).listen(4000)", 4000);
    const frame = await openFrame(page, garbage);
    await expect(frame.locator('h1')).toHaveText("Port 3000 doesn't serve pages");
    await expect(frame.locator('code')).toHaveText('Port 3000: The answer begins with "SSH-2.0-nobody··".');
    expect(await frame.evaluate(async () => (await fetch('/')).status)).toBe(502);
    const other = await openFrame(page, cut);
    await expect(other.locator('h1')).toHaveText("The server didn't answer");
    expect(await other.evaluate(async () => (await fetch('/')).status)).toBe(502);
  });

  test('breaks answers that the server does not finish', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      "require('http').createServer((q, r) => { if (q.url === '/') return r.end('page'); r.writeHead(200, { 'content-length': 100 }); r.write('part', () => r.destroy()); }).listen(3000)",
    );
    const frame = await openFrame(page, url);
    const message = await frame.evaluate(async () => {
      const response = await fetch('/half');
      return response.text().then(
        (text) => `complete: ${text}`,
        (error: unknown) => (error instanceof TypeError || error instanceof Error ? 'broken' : 'other'),
      );
    });
    expect(message).toBe('broken');
  });
});

test.describe('a preview without its engine', () => {
  test('says so, and is served again by the next one', async ({ openClient, context }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, SERVER);
    const tab = await context.newPage();
    await tab.goto(url);
    await expect(tab.locator('#guest')).toHaveText('served');
    await page.close();
    await expect.poll(async () => (await tab.reload())?.status()).toBe(503);
    await expect(tab.locator('h1')).toHaveText('This project is not open');
    const again = await openClient();
    await bootPreviews(again);
    await startServer(again, SERVER);
    await expect(tab.locator('#guest')).toHaveText('served');
  });

  test('follows an engine that was booted anew in the same page', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, SERVER);
    const frame = await openFrame(page, url);
    await page.evaluate(() => container.teardown());
    await bootPreviews(page);
    await startServer(page, SERVER.replace('served', 'served anew'));
    await frame.goto(url);
    await expect(frame.locator('#guest')).toHaveText('served anew');
  });
});

test.describe('two engines of a project', () => {
  test('share the preview: the one whose port is open answers', async ({ openClient }) => {
    const first = await openClient();
    await bootPreviews(first);
    const url = await startServer(first, SERVER);
    const second = await openClient();
    await bootPreviews(second);
    await startServer(second, SERVER.replaceAll('3000', '4000'), 4000);
    const frame = await openFrame(second, url);
    await expect(frame.locator('#guest')).toHaveText('served');
    await second.close();
    const again = await openFrame(first, url);
    await expect(again.locator('#guest')).toHaveText('served');
  });
});

test.describe('a WebSocket', () => {
  test('closes when the engine goes away', async ({ openClient, context }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      "require('http').createServer((q, r) => r.setHeader('content-type', 'text/html').end('page')).on('upgrade', () => {}).listen(3000)",
    );
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.evaluate(() => {
      const socket = new WebSocket(`ws://${location.host}/`);
      socket.onclose = ({ code }) => (document.title = `closed ${code}`);
    });
    await page.close();
    await expect(tab).toHaveTitle('closed 1006', { timeout: 20_000 });
  });
});
