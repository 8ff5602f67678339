/** Projects that travel: by a link that the server keeps, in a link of their own, and as a zip. Two browser profiles, nothing installed from the registry. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import { devServerRuns, editor, file, manifest, openTerminal, progress, typeAtEnd } from './support/ide.ts';
import { expect, test } from './support/test.ts';

// Several engines start in one test.
test.setTimeout(300_000);

const FRAME = 'iframe[title="Preview"]';
const BINARY = Uint8Array.from({ length: 256 }, (_, index) => index);
const SERVER = `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>' + readFileSync('title.md', 'utf8') + '</h1>');
}).listen(8080);
`;

/** `[content, mode with its type]` by path; folders end with a slash. */
type Entries = Readonly<Record<string, readonly [string | Uint8Array, number]>>;
const SITE: Entries = {
  'package.json': [manifest({ dev: 'node server.mjs' }), 0o100644],
  'server.mjs': [SERVER, 0o100644],
  'title.md': ['A shared site', 0o100644],
  'bin/tool': ['echo tool', 0o100755],
  'img/all.bin': [BINARY, 0o100644],
  'Grüße.md': ['grüße', 0o100644],
  latest: ['title.md', 0o120777],
  'empty/': ['', 0o040755],
  '.gitignore': ['*.log\n', 0o100644],
  '.env': ['KEY=secret', 0o100644],
  'debug.log': ['noise', 0o100644],
};

function zipOf(entries: Entries): Buffer {
  const tree: Zippable = {};
  for (const [path, [content, mode]] of Object.entries(entries))
    tree[`my-site/${path}`] = [typeof content === 'string' ? strToU8(content) : content, { os: 3, attrs: mode << 16 }];
  return Buffer.from(zipSync(tree));
}

async function importSite(page: Page, entries: Entries = SITE): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Zip to import').setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: zipOf(entries) });
  await expect(page).toHaveURL(/\/p\/my-site-[a-z0-9]+$/);
  await expect(page.getByText('saved', { exact: true })).toBeVisible();
}

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Share this project' });
const runButton = (page: Page): Locator => page.getByRole('button', { name: 'Run this project' });

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog(page)).toBeVisible();
  return dialog(page);
}

/** Makes the share or moves it forward; its address. */
async function share(page: Page, button: 'Create link' | 'Update the link' = 'Create link'): Promise<string> {
  const opened = await openDialog(page);
  await opened.getByRole('button', { name: button }).click();
  await expect(opened.getByRole('button', { name: 'Up to date' })).toBeVisible();
  const url = await opened.getByLabel('Link to the newest version').inputValue();
  await page.keyboard.press('Escape');
  await expect(opened).toHaveCount(0);
  return url;
}

/** A profile that has never been here. */
async function stranger(browser: Browser, open: (context: BrowserContext) => void = () => {}): Promise<Page> {
  const context = await browser.newContext();
  open(context);
  return context.newPage();
}

const idOf = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';
const getJson = (page: Page, path: string): Promise<unknown> =>
  page.evaluate(async (address) => (await fetch(address)).json() as Promise<unknown>, path);

/** Everything of an archive: `[mode in octal, bytes]` by path. */
function readZip(bytes: Uint8Array): Record<string, [string, number[]]> {
  const contents = unzipSync(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result: Record<string, [string, number[]]> = {};
  for (let at = view.getUint32(bytes.length - 6, true); view.getUint32(at, true) === 0x02014b50;) {
    const length = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length));
    result[name] = [(view.getUint32(at + 38, true) >>> 16).toString(8), [...(contents[name] ?? [])]];
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return result;
}

async function downloadZip(page: Page, ticked: readonly string[] = []): Promise<Buffer> {
  const opened = await openDialog(page);
  for (const name of ticked) await opened.getByRole('checkbox', { name }).check();
  const download = page.waitForEvent('download');
  await opened.getByRole('button', { name: 'Download zip' }).click();
  return readFileSync(await (await download).path());
}

test('a project travels by a link: looked at, run, forked, and moved forward', async ({ page, browser }) => {
  let url = '';
  await test.step('the author’s own project starts by itself, and is shared without what is left out', async () => {
    await importSite(page);
    await devServerRuns(page);
    const opened = await openDialog(page);
    await expect(opened.getByText('Not shared yet.')).toBeVisible();
    await expect(opened.getByRole('checkbox', { name: /^\.env/ })).not.toBeChecked();
    await expect(opened.getByRole('checkbox', { name: /^debug\.log/ })).not.toBeChecked();
    await page.keyboard.press('Escape');
    url = await share(page);
    expect(url).toBe(page.url());
  });

  const visitor = await stranger(browser);
  await test.step('a fresh profile shows the same files, and nothing runs', async () => {
    await visitor.goto(url);
    for (const name of ['bin', 'img', 'empty', 'Grüße.md', 'package.json', 'title.md', '.gitignore'])
      await expect(file(visitor, name)).toBeVisible();
    await expect(visitor.getByRole('treeitem', { name: /^latest/ })).toContainText('→ title.md');
    for (const name of ['.env', 'debug.log']) await expect(file(visitor, name)).toHaveCount(0);
    await expect(progress(visitor)).toContainText('Not running');
    await expect(visitor).toHaveURL(url);
    // Nothing is kept of what was only looked at.
    expect(await visitor.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
    await visitor.reload();
    await expect(runButton(visitor)).toBeVisible();
  });

  await test.step('one click installs and starts it, on an origin of its own', async () => {
    await runButton(visitor).click();
    await devServerRuns(visitor);
    await expect(visitor.frameLocator(FRAME).getByRole('heading', { name: 'A shared site' })).toBeVisible();
    await expect(visitor).toHaveURL(/\/p\/my-site-[a-z0-9]+$/);
    expect(visitor.url()).not.toBe(url);
    await expect(runButton(visitor)).toHaveCount(0);
  });

  await test.step('its modes and links are there', async () => {
    const terminal = await openTerminal(visitor);
    await terminal.run('test -x bin/tool && test ! -x title.md && readlink latest && ls -d empty');
    await terminal.shows('title.md');
    await terminal.shows('empty');
  });

  const editing = await stranger(browser);
  await test.step('an edit forks: the address changes, the ancestry is shown, the share stays as it is', async () => {
    await editing.goto(url);
    await file(editing, 'title.md').click();
    await typeAtEnd(editing, 'title.md', ' of a visitor');
    await expect(editing).not.toHaveURL(url);
    await expect(editing).toHaveURL(/\/p\/my-site-[a-z0-9]+$/);
    const ancestry = editing.getByRole('banner').getByRole('link', { name: 'from my-site, version 1' });
    await expect(ancestry).toHaveAttribute('href', `${new URL(url).pathname}@1`);
    await expect(editing.getByText('saved', { exact: true })).toBeVisible();
    await editing.reload();
    await file(editing, 'title.md').click();
    await expect(editor(editing, 'title.md')).toContainText('A shared site of a visitor');
    // It is still somebody else's code that has not been run.
    await expect(runButton(editing)).toBeVisible();
    await expect(progress(editing)).toContainText('Not running');
    await runButton(editing).click();
    await devServerRuns(editing);
    await editing.reload();
    await devServerRuns(editing);
  });

  await test.step('a fork is shared as a share of its own, with its ancestry', async () => {
    const forked = await share(editing);
    expect(forked).not.toBe(url);
    const other = await stranger(browser);
    await other.goto(forked);
    await file(other, 'title.md').click();
    await expect(editor(other, 'title.md')).toContainText('A shared site of a visitor');
    await other.context().close();
  });

  await test.step('the author moves the share forward; a fixed version stays', async () => {
    await file(page, 'title.md').click();
    await typeAtEnd(page, 'title.md', ', second edition');
    await share(page, 'Update the link');
    const opened = await openDialog(page);
    await expect(opened.getByRole('list', { name: 'Versions' }).getByRole('listitem')).toHaveCount(2);
    await page.keyboard.press('Escape');
    const later = await stranger(browser);
    await later.goto(url);
    await file(later, 'title.md').click();
    await expect(editor(later, 'title.md')).toContainText('A shared site, second edition');
    await later.goto(`${url}@1`);
    await file(later, 'title.md').click();
    await expect(editor(later, 'title.md')).toHaveText('A shared site');
    // Also in the author's browser, whose own project stays what it is.
    await page.goto(`${url}@1`);
    await file(page, 'title.md').click();
    await expect(editor(page, 'title.md')).toHaveText('A shared site');
    await page.goto(url);
    await file(page, 'title.md').click();
    await expect(editor(page, 'title.md')).toContainText('second edition');
    await devServerRuns(page);
    await later.context().close();
  });

  await test.step('the author takes it back', async () => {
    const opened = await openDialog(page);
    await opened.getByRole('button', { name: 'Delete the share' }).click();
    await opened.getByRole('button', { name: 'Delete for good' }).click();
    await expect(opened.getByText('Not shared yet.')).toBeVisible();
    const later = await stranger(browser);
    for (const address of [url, `${url}@1`]) {
      await later.goto(address);
      await expect(later.getByRole('heading', { name: 'This share was deleted' })).toBeVisible();
    }
    await later.context().close();
  });
  await visitor.context().close();
  await editing.context().close();
});

test('a small project travels in the link itself, and the server learns nothing of it', async ({ page, browser, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await importSite(page);
  const opened = await openDialog(page);
  await expect(opened.getByText(/The whole project in a link of \d+ thousand characters/)).toBeVisible();
  await opened.getByRole('button', { name: 'Copy long link' }).click();
  await expect(page.getByText('The link with the project in it is copied')).toBeVisible();
  const url = await page.evaluate(() => navigator.clipboard.readText());
  expect(url).toContain('/#project=1.');

  const asked: string[] = [];
  const visitor = await stranger(browser, (own) => own.on('request', (request) => asked.push(request.url())));
  await visitor.goto(url);
  await expect(visitor).toHaveURL(/\/p\/new#project=/);
  await expect(file(visitor, 'Grüße.md')).toBeVisible();
  await expect(visitor.getByRole('treeitem', { name: /^latest/ })).toContainText('→ title.md');
  await expect(file(visitor, '.env')).toHaveCount(0);
  await file(visitor, 'title.md').click();
  await typeAtEnd(visitor, 'title.md', ' from a link');
  await expect(visitor).toHaveURL(/\/p\/my-site-[a-z0-9]+$/);
  await runButton(visitor).click();
  await devServerRuns(visitor);
  await expect(visitor.frameLocator(FRAME).getByRole('heading', { name: 'A shared site from a link' })).toBeVisible();
  expect(asked.filter((address) => address.includes('/api/shares'))).toEqual([]);
  await visitor.context().close();
});

test('a project comes back from its zip byte for byte, with what the terminal made of it', async ({ page, browser }) => {
  await importSite(page);
  await devServerRuns(page);
  const terminal = await openTerminal(page);
  await terminal.run(
    'chmod +x title.md && chmod -x bin/tool && ln -s ../img bin/images && mkdir -p made/empty && printf "\\000\\377" > made/bytes && echo do"ne"',
  );
  await terminal.shows('done');
  await expect(page.getByRole('treeitem', { name: /^bin/ })).toBeVisible();
  await file(page, 'bin').click();
  await expect(page.getByRole('treeitem', { name: /^images/ })).toContainText('→ ../img');
  await expect(file(page, 'made')).toBeVisible();

  const first = await downloadZip(page, ['.env', 'debug.log']);
  const entries = readZip(first);
  const modes = Object.fromEntries(Object.entries(entries).map(([path, [mode]]) => [path, mode]));
  expect(modes).toMatchObject({
    'my-site/title.md': '100755',
    'my-site/bin/tool': '100644',
    'my-site/bin/images': '120777',
    'my-site/latest': '120777',
    'my-site/made/empty/': '40755',
    'my-site/empty/': '40755',
    'my-site/.env': '100644',
    'my-site/debug.log': '100644',
  });
  expect(entries['my-site/img/all.bin']?.[1]).toEqual([...BINARY]);
  expect(entries['my-site/made/bytes']?.[1]).toEqual([0, 255]);

  const other = await stranger(browser);
  await other.goto('/');
  await other.getByLabel('Zip to import').setInputFiles({ name: 'again.zip', mimeType: 'application/zip', buffer: first });
  await expect(other).toHaveURL(/\/p\/my-site-/);
  await devServerRuns(other);
  expect(readZip(await downloadZip(other, ['.env', 'debug.log']))).toEqual(entries);
  await other.context().close();
});

test.describe('what goes wrong with shares', () => {
  const missing = (page: Page, title: string): Locator => page.getByRole('heading', { level: 1, name: title });
  const shared = async (page: Page): Promise<string> => {
    await importSite(page, { 'title.md': SITE['title.md'] ?? ['', 0] });
    return share(page);
  };

  test('an address that nobody has shared', async ({ page }) => {
    await page.goto('/p/nothing-was-ever-here');
    await expect(missing(page, 'This project is not in this browser')).toBeVisible();
    await expect(page.getByText('nobody has shared one under this address')).toBeVisible();
    await page.goto('/p/nothing-was-ever-here@3');
    await expect(missing(page, 'This project is not in this browser')).toBeVisible();
  });

  test('a manifest that was manipulated, and a file that is another', async ({ page, browser }) => {
    const url = await shared(page);
    const answer = (await getJson(page, `/api/shares/${idOf(url)}/versions/newest`)) as { manifest: { entries: { path: string }[] } };
    for (const entry of answer.manifest.entries) entry.path = `../${entry.path}`;
    const visitor = await stranger(browser);
    await visitor.route('**/api/shares/*/versions/newest', (route) => route.fulfill({ json: answer }));
    await visitor.goto(url);
    await expect(missing(visitor, 'This share is damaged')).toBeVisible();
    await visitor.unroute('**/api/shares/*/versions/newest');
    await visitor.route('**/api/shares/*/versions/1/content', (route) => route.fulfill({ body: 'a shared site' }));
    await visitor.reload();
    await expect(missing(visitor, 'This share is damaged')).toBeVisible();
    await visitor.unroute('**/api/shares/*/versions/1/content');
    await visitor.getByRole('button', { name: 'Try again' }).click();
    await expect(file(visitor, 'title.md')).toBeVisible();
    await visitor.context().close();
  });

  test('a server that does not answer, when a share is opened and when it is made', async ({ page, browser }) => {
    const url = await shared(page);
    const visitor = await stranger(browser);
    await visitor.route('**/api/shares/**', (route) => route.abort('connectionrefused'));
    await visitor.goto(url);
    await expect(missing(visitor, 'The server does not answer')).toBeVisible();
    await visitor.context().close();
    await file(page, 'title.md').click();
    await typeAtEnd(page, 'title.md', ', changed');
    const opened = await openDialog(page);
    await expect(opened.getByRole('button', { name: 'Update the link' })).toBeEnabled();
    const uploads = /\/api\/shares\/[^/]+\/uploads/;
    await page.route(uploads, (route) => route.abort('connectionreset'));
    await opened.getByRole('button', { name: 'Update the link' }).click();
    await expect(opened.getByRole('group', { name: 'The server does not answer' })).toContainText('its link shows what it showed before');
    await page.unroute(uploads);
    await opened.getByRole('button', { name: 'Update the link' }).click();
    await expect(opened.getByRole('button', { name: 'Up to date' })).toBeVisible();
  });

  test('a project that is too large says how large, before anything is sent', async ({ page }) => {
    await importSite(page, {
      'title.md': ['x', 0o100644],
      ...Object.fromEntries(
        ['a', 'b', 'c'].map((name) => [`${name}.bin`, [new Uint8Array(randomBytes(1.5 * 2 ** 20)), 0o100644] as const]),
      ),
    });
    const sent: string[] = [];
    page.on('request', (request) => request.url().includes('/uploads') && sent.push(request.url()));
    const opened = await openDialog(page);
    await opened.getByRole('button', { name: 'Create link' }).click();
    const problem = opened.getByRole('group', { name: 'The project is too large to share' });
    await expect(problem).toContainText(/It has 4\.?\d* MB; 3 MB can be shared\./);
    await expect(opened.getByText(/Too big: it would have/)).toBeVisible();
    expect(sent).toEqual([]);
  });

  test('a server that has enough of this address, or a full disk, says so in its own words', async ({ page }) => {
    await importSite(page);
    const opened = await openDialog(page);
    await expect(opened.getByRole('button', { name: 'Create link' })).toBeEnabled();
    const refuse = async (status: number, code: string, title: string): Promise<void> => {
      await page.route('**/api/shares/*/uploads', (route) =>
        route.fulfill({
          status,
          headers: { 'Retry-After': '30' },
          json: { code, title, cause: `The cause of ${code}.`, remedy: 'What to do.' },
        }),
      );
    };
    for (const [status, code, title] of [
      [429, 'RATE_LIMITED', 'Too many requests'],
      [507, 'STORAGE_FULL', 'The server’s disk is full'],
    ] as const) {
      await refuse(status, code, title);
      await opened.getByRole('button', { name: 'Create link' }).click();
      await expect(opened.getByRole('group', { name: title })).toContainText(`The cause of ${code}. What to do.`.split('. ')[0] ?? '');
      await page.unroute('**/api/shares/*/uploads');
    }
    await opened.getByRole('button', { name: 'Create link' }).click();
    await expect(opened.getByRole('button', { name: 'Up to date' })).toBeVisible();
  });

  test('a link whose project is cut off, of a newer form, or a bomb', async ({ page }) => {
    await page.goto('/#project=1.0123456789ab.AAAA');
    await expect(missing(page, 'The project in this link is damaged')).toBeVisible();
    await page.goto('about:blank');
    await page.goto('/p/new#project=2.0123456789ab.AAAA');
    await expect(missing(page, 'This link is of a newer Jampot')).toBeVisible();
    await page.goto('about:blank');
    await page.goto('/p/new');
    await expect(missing(page, 'The project in this link is damaged')).toBeVisible();
  });
});

test('a link to a share has a card, and its files are never shown on the IDE’s origin', async ({ page }) => {
  await importSite(page, { 'index.html': ['<script>document.title = "ran"</script>', 0o100644] });
  const url = await share(page);
  const html = await page.evaluate(async (address) => (await fetch(address)).text(), url);
  // In the head, where programs look that show links.
  const head = html.slice(0, html.indexOf('</head>'));
  expect(head).toContain(`<meta property="og:title" content="my-site"/>`);
  expect(head).toContain(`<meta property="og:image" content="${url}/card"/>`);
  const card = await page.evaluate(async (address) => {
    const response = await fetch(address);
    const bitmap = await createImageBitmap(await response.blob());
    return [response.status, response.headers.get('Content-Type'), bitmap.width, bitmap.height];
  }, `${url}/card`);
  expect(card).toEqual([200, 'image/png', 1200, 630]);
  expect(await page.evaluate(async () => (await fetch('/p/nobodys-share/card')).status)).toBe(404);

  const answer = (await getJson(page, `/api/shares/${idOf(url)}/versions/newest`)) as { manifest: { entries: { hash: string }[] } };
  const address = `/api/shares/${idOf(url)}/versions/1/files/${answer.manifest.entries[0]?.hash ?? ''}`;
  const headers = await page.evaluate(async (path) => Object.fromEntries((await fetch(path)).headers), address);
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-disposition': 'attachment',
    'content-security-policy': "sandbox; default-src 'none'",
  });
  // Opened as a page it is a download.
  const download = page.waitForEvent('download');
  await page.evaluate((path) => window.location.assign(path), address);
  await download;
  await expect(page).toHaveURL(url);
});

test('the dialog and a visitor’s page have no serious accessibility findings', async ({ page, browser }) => {
  await importSite(page);
  const url = await share(page);
  const opened = await openDialog(page);
  await expect(opened.getByRole('list', { name: 'Versions' })).toBeVisible();
  const visitor = await stranger(browser);
  await visitor.goto(url);
  await expect(runButton(visitor)).toBeVisible();
  for (const one of [page, visitor]) {
    for (const theme of ['light', 'dark'] as const) {
      await one.emulateMedia({ colorScheme: theme });
      // Colours change over some milliseconds; those in between are nobody's.
      await one.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      const { violations } = await new AxeBuilder({ page: one }).analyze();
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    }
  }
  await visitor.context().close();
});
