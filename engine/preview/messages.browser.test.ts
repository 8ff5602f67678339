/** What previewed pages tell the page that shows them, and what they are told. */
import type { Page } from '@playwright/test';
import { testAddresses } from '../../e2e/support/addresses.ts';
import { expect, test } from '../../e2e/support/test.ts';
import { bootPreviews, openFrame, startServer } from './testing/preview-page.ts';

const { base, clientPort } = testAddresses();

/** Answers every path with a page whose body is the file of that name. */
const PAGES = (pages: Readonly<Record<string, string>>): string =>
  `const pages = ${JSON.stringify(pages)};
   require('http').createServer((q, r) => {
     r.setHeader('content-type', 'text/html');
     r.end('<!doctype html><html><head><title>' + q.url + '</title></head><body>' + (pages[q.url] ?? 'page ' + q.url) + '</body></html>');
   }).listen(3000)`;

const messages = (page: Page): Promise<unknown[]> => page.evaluate(() => previewMessages);

test.describe('preview-message', () => {
  test('tells of exceptions, rejections and console.error', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      PAGES({
        '/throws?a=b': '<script>function thrower() { throw new TypeError("thrown") } thrower();</script>',
        '/rejects': '<script>Promise.reject(new RangeError("rejected"));</script>',
        '/logs': '<script>console.error("logged", { a: 1 }, new Error("inner"), () => 1);</script>',
      }),
    );
    await openFrame(page, `${url}/throws?a=b#c`);
    await expect.poll(() => messages(page)).toHaveLength(1);
    await openFrame(page, `${url}/rejects`);
    await expect.poll(() => messages(page)).toHaveLength(2);
    await openFrame(page, `${url}/logs`);
    await expect.poll(() => messages(page)).toHaveLength(3);
    const [thrown, rejected, logged] = await messages(page);
    const text = expect.any(String) as unknown;
    expect(thrown).toEqual({
      type: 'PREVIEW_UNCAUGHT_EXCEPTION',
      message: 'thrown',
      stack: expect.stringContaining('thrower') as unknown,
      previewId: text,
      port: 3000,
      pathname: '/throws',
      search: '?a=b',
      hash: '#c',
    });
    expect(rejected).toMatchObject({ type: 'PREVIEW_UNHANDLED_REJECTION', message: 'rejected', stack: text, pathname: '/rejects' });
    expect(logged).toMatchObject({
      type: 'PREVIEW_CONSOLE_ERROR',
      args: ['logged', { a: 1 }, expect.stringContaining('Error: inner') as unknown, '() => 1'],
      stack: text,
    });
  });
});

test.describe('setPreviewScript', () => {
  test('puts a script before those of the page', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, PAGES({ '/': '<script>document.title = String(globalThis.injected)</script>' }));
    const before = await openFrame(page, url);
    expect(await before.title()).toBe('undefined');
    await page.evaluate(() => container.setPreviewScript('globalThis.injected = "ü </script> <!--";'));
    const after = await openFrame(page, url);
    expect(await after.title()).toBe('ü </script> <!--');
    expect(await after.evaluate(() => document.body.textContent)).toBe('document.title = String(globalThis.injected)');
    await page.evaluate(() => container.setPreviewScript('globalThis.injected = import.meta.url;', { type: 'module' }));
    const module = await openFrame(page, url);
    await expect.poll(() => module.evaluate(() => (globalThis as { injected?: string }).injected)).toBe(`${url}/`);
  });

  test('leaves alone what is no document, and keeps its policy', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `require('http').createServer((q, r) => {
         r.setHeader('content-type', 'text/html');
         r.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
         r.end('<!doctype html><title>strict</title><script>document.title = "ran"</script>');
       }).listen(3000)`,
    );
    await page.evaluate(() => container.setPreviewScript('globalThis.injected = true;'));
    const frame = await openFrame(page, url);
    expect(await frame.evaluate(() => [document.title, (globalThis as { injected?: boolean }).injected])).toEqual(['strict', true]);
    expect(await frame.evaluate(async () => (await fetch('/')).text())).toBe(
      '<!doctype html><title>strict</title><script>document.title = "ran"</script>',
    );
  });
});

test.describe('reloadPreview', () => {
  test('loads the page in a frame again', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      "let n = 0; require('http').createServer((q, r) => r.setHeader('content-type', 'text/html').end(`<p>load ${++n}</p>`)).listen(3000)",
    );
    const frame = await openFrame(page, url);
    await expect(frame.locator('p')).toHaveText('load 1');
    await page.evaluate(async () => {
      const element = document.querySelector('iframe[src*="p3000"]');
      if (element instanceof HTMLIFrameElement) await webcontainer.reloadPreview(element, 5000);
    });
    await expect(frame.locator('p')).not.toHaveText('load 1');
  });
});

test.describe('jampot-preview-navigation', () => {
  // The client's script comes into a page of the IDE from outside.
  test.use({ bypassCSP: true });

  test('tells the IDE where the page is, and takes its commands', async ({ context, engineOrigin, project }) => {
    const page = await context.newPage();
    const script = await (await fetch(`http://127.0.0.1:${clientPort}/webcontainer.js`)).text();
    await page.goto(base);
    await page.addScriptTag({ content: `globalThis.WEBCONTAINER_API_IFRAME_URL = ${JSON.stringify(engineOrigin(project))};\n${script}` });
    await bootPreviews(page);
    const url = await startServer(page, PAGES({}));
    await page.evaluate(() => {
      const heard: unknown[] = [];
      Object.assign(globalThis, { heard });
      addEventListener('message', ({ data, origin }: MessageEvent<{ type?: string } | null>) => {
        if (data?.type === 'jampot-preview-navigation') heard.push({ ...data, origin });
      });
    });
    const places = (): Promise<string[]> =>
      page.evaluate(() =>
        (globalThis as unknown as { heard: { url: string; title: string; origin: string }[] }).heard.map(({ url, title, origin }) =>
          [new URL(url).pathname, title, new URL(url).origin === origin].join(' '),
        ),
      );
    const frame = await openFrame(page, `${url}/one`);
    await expect.poll(places).toContain('/one /one true');
    await frame.goto(`${url}/two`);
    await expect.poll(places).toContain('/two /two true');
    await frame.evaluate(() => history.pushState(null, '', '/pushed'));
    await expect.poll(places).toContain('/pushed /two true');
    const command = (name: string): Promise<void> =>
      page.evaluate((name) => {
        const element = document.querySelector('iframe[src*="p3000"]');
        if (element instanceof HTMLIFrameElement)
          element.contentWindow?.postMessage({ type: 'jampot-preview-command', command: name }, '*');
      }, name);
    await command('back');
    await expect.poll(async () => (await places()).at(-1)).toBe('/two /two true');
    await command('back');
    await expect.poll(async () => (await places()).at(-1)).toBe('/one /one true');
    await command('forward');
    await expect.poll(async () => (await places()).at(-1)).toBe('/two /two true');
  });
});
