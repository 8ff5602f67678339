/** Deploying from the IDE to this server's own edge: what visitors get, the way back, and what goes wrong on the way. Nothing is installed from the registry. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page, Request, Route } from '@playwright/test';
import { current, deploy, entry, openPanel, openSite, panel, runs } from './support/deploying.ts';
import { editor, file, typeAtEnd } from './support/ide.ts';
import { expect, test } from './support/test.ts';

test.setTimeout(300_000);

const UPLOADS = /\/api\/v1\/deploys\/[^/]+\/files\//;
const PIXEL = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) % 256));

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** A client that is no browser: names below localhost need not resolve for it. */
function ask(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: pathname, headers: { ...headers, host } }, (response) => {
      buffer(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on('error', reject).end();
  });
}

const heading = async (url: string): Promise<string> => /<h1>(.*)<\/h1>/.exec((await ask(`${url}/`)).body.toString())?.[1] ?? '';

async function addressOf(link: Locator): Promise<string> {
  return (await link.getAttribute('href')) ?? '';
}

const siteLink = (page: Page): Locator => current(page).getByRole('link', { name: /^Live site: / });
const deployLink = (page: Page): Locator => current(page).getByRole('link', { name: /^This deploy: / });
const card = (page: Page): Locator => panel(page).getByRole('group', { name: 'Can’t deploy' });

/** Names of the files that a page sends from now on. */
function noteUploads(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request: Request) => {
    const [, path] = request.url().split(UPLOADS);
    if (request.method() === 'PUT' && path !== undefined) sent.push(path);
  });
  return sent;
}

/** Changes the page's text, past the panel. */
async function edit(page: Page, path: string, text: string): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  const name = path.split('/').at(-1) ?? '';
  if (!(await file(page, name).isVisible())) await file(page, 'pages').click();
  await file(page, name).click();
  await typeAtEnd(page, path, text);
  await openPanel(page);
}

/** Lets half of an upload's bytes arrive, then cuts the connection. */
async function cutHalfway(route: Route): Promise<void> {
  const request = route.request();
  const { host, port, pathname } = new URL(request.url());
  const body = request.postDataBuffer() ?? Buffer.alloc(0);
  const authorization = (await request.headerValue('authorization')) ?? '';
  const head = [`PUT ${pathname} HTTP/1.1`, `Host: ${host}`, `Authorization: ${authorization}`, `Content-Length: ${body.length}`, '', ''];
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(head.join('\r\n'));
  socket.write(body.subarray(0, body.length / 2), () => socket.destroySoon());
  await once(socket, 'close');
  await route.abort('connectionreset');
}

/** Deletes the project's site with the key that its browser keeps; the status of the answer. */
function deleteSite(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('jampot-deploys');
      request.onsuccess = () => resolve(request.result);
    });
    const records = await new Promise<{ key: string; sites: { edge: string } }[]>((resolve) => {
      const request = database.transaction('projects').objectStore('projects').getAll();
      request.onsuccess = () => resolve(request.result as { key: string; sites: { edge: string } }[]);
    });
    database.close();
    const [record] = records;
    const response = await fetch(`/api/v1/sites/${record?.sites.edge}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${record?.key}` },
    });
    return response.status;
  });
}

async function isLive(page: Page): Promise<void> {
  await expect(current(page)).toContainText('Checked:', { timeout: 60_000 });
}

test('a site goes out, changes file by file, is looked at before it does, and comes back', async ({ page, browser }) => {
  const sent = noteUploads(page);
  let site = '';
  let first = '';

  await test.step('the first deploy builds, tells of each file, and gives two addresses', async () => {
    await openSite(page);
    await openPanel(page);
    await expect(panel(page).getByText('The first deploy makes a site with an address of its own.')).toBeVisible();
    const held: Route[] = [];
    await page.route(UPLOADS, (route) => void held.push(route));
    await deploy(page, 'First');
    await expect(current(page)).toContainText('Sending 4 files, 0 done', { timeout: 60_000 });
    const bar = current(page).getByRole('progressbar', { name: 'Deploy' });
    await expect.poll(() => held.length).toBe(4);
    const [css] = held.splice(
      held.findIndex((route) => route.request().url().endsWith('style.css')),
      1,
    );
    await css?.continue();
    await expect(current(page)).toContainText('Sending 4 files, 1 done · 21 B of');
    await expect(current(page)).toContainText('style.css');
    await expect(bar).toHaveAttribute('aria-valuenow', '1');
    await expect(bar).toHaveAttribute('aria-valuemax', '4');
    for (const route of held) await route.continue();
    await isLive(page);
    await page.unroute(UPLOADS);
    await expect(current(page)).toContainText('The site is live');
    await expect(current(page)).toContainText('Checked: 4 files at 2 addresses have the SHA-256 of what was built.');
    await expect(current(page)).toContainText('4 files, ');
    expect(sent.toSorted()).toEqual(['about/index.html', 'img/pixel.png', 'index.html', 'style.css']);
    site = await addressOf(siteLink(page));
    first = await addressOf(deployLink(page));
    expect(new URL(first).hostname).toMatch(new RegExp(`^[0-9a-f]{24}--${new URL(site).hostname.replaceAll('.', '\\.')}$`));
  });

  const visitor = await (await browser.newContext()).newPage();
  await test.step('both are served in this browser, in another, and to a client that is none', async () => {
    const tab = await page.context().newPage();
    for (const one of [tab, visitor]) {
      for (const address of [site, first]) {
        await one.goto(`${address}/`);
        await expect(one.getByRole('heading', { name: 'The first pot' })).toBeVisible();
        await one.goto(`${address}/about/`);
        await expect(one.getByRole('heading', { name: 'About pots' })).toBeVisible();
      }
    }
    await tab.close();
    // Pages of other origins may look at it and not read it.
    const read = (from: Page): Promise<string> =>
      from.evaluate(
        (address) =>
          fetch(`${address}/`).then(
            () => 'read',
            () => 'refused',
          ),
        first,
      );
    await visitor.goto(`${site}/`);
    expect([await read(page), await read(visitor)]).toEqual(['read', 'refused']);
    for (const address of [site, first]) {
      expect(await heading(address)).toBe('The first pot');
      expect((await ask(`${address}/img/pixel.png`)).body.equals(PIXEL)).toBe(true);
      expect((await ask(`${address}/nothing/`)).status).toBe(404);
    }
  });

  await test.step('the second one builds again and sends the one file that changed', async () => {
    sent.length = 0;
    await edit(page, 'pages/home.md', ', glazed');
    await deploy(page, 'Glazed');
    await isLive(page);
    expect(sent).toEqual(['index.html']);
    await expect(current(page)).toContainText('1 file, 64 B · 3 of 4 there already');
    await expect(current(page)).toContainText('Checked: 4 files at 2 addresses');
    expect(await addressOf(siteLink(page))).toBe(site);
    expect([await heading(site), await heading(await addressOf(deployLink(page))), await heading(first)]).toEqual([
      'The first pot, glazed',
      'The first pot, glazed',
      'The first pot',
    ]);
    await visitor.goto(`${site}/`);
    await expect(visitor.getByRole('heading', { name: 'The first pot, glazed' })).toBeVisible();
  });

  await test.step('past deploys are listed with time, size and what changed', async () => {
    await expect(panel(page).getByRole('region', { name: 'Past deploys' }).getByRole('listitem')).toHaveCount(2);
    await expect(entry(page, 'Glazed')).toContainText(/live.*just now · 4 files, 5\.\d kB · 1 changed/);
    await expect(entry(page, 'First')).toContainText(/(?:just now|\d min ago) · 4 files, 5\.\d kB · 4 added/);
    await expect(entry(page, 'First').getByRole('link')).toHaveAttribute('href', first);
  });

  await test.step('what did not change is not built or sent again', async () => {
    sent.length = 0;
    await deploy(page, 'Nothing new');
    await isLive(page);
    await expect(current(page)).toContainText('nothing new · 4 of 4 there already');
    await expect(entry(page, 'Nothing new')).toContainText('nothing changed');
    expect(sent).toEqual([]);
  });

  await test.step('a preview has an address of its own and leaves the site alone', async () => {
    await edit(page, 'pages/home.md', ' and fired');
    await deploy(page, 'Fired?', 'Preview deploy');
    await isLive(page);
    await expect(current(page)).toContainText('The preview is live');
    await expect(current(page)).toContainText('Checked: 4 files at 1 address have');
    await expect(siteLink(page)).toHaveCount(0);
    const preview = await addressOf(deployLink(page));
    await visitor.goto(`${preview}/`);
    await expect(visitor.getByRole('heading', { name: 'The first pot, glazed and fired' })).toBeVisible();
    expect(await heading(site)).toBe('The first pot, glazed');
    await expect(entry(page, 'Fired?')).toContainText('preview');
    await expect(entry(page, 'Nothing new')).toContainText('live');
  });

  await test.step('rolling back moves the site at once, and forth again', async () => {
    await entry(page, 'First').getByRole('button', { name: 'Roll back to First' }).click();
    await expect(entry(page, 'First')).toContainText('live');
    expect(await heading(site)).toBe('The first pot');
    await visitor.goto(`${site}/`);
    await expect(visitor.getByRole('heading', { name: 'The first pot', exact: true })).toBeVisible();
    await entry(page, 'Fired?').getByRole('button', { name: 'Publish Fired?' }).click();
    await expect(entry(page, 'Fired?')).toContainText('live');
    expect(await heading(site)).toBe('The first pot, glazed and fired');
  });

  await test.step('all of it is still there after a reload, and reads well to everybody', async () => {
    await page.reload();
    await runs(page);
    await openPanel(page);
    await expect(panel(page).getByRole('link', { name: `Site: ${site}` })).toBeVisible();
    await expect(panel(page).getByRole('region', { name: 'Past deploys' }).getByRole('listitem')).toHaveCount(4);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    }
  });
  await visitor.context().close();
});

test('whatever happens half-way, the site stays whole, and the next try succeeds', async ({ page }) => {
  await openSite(page);
  await openPanel(page);
  await deploy(page, 'Whole');
  await isLive(page);
  const site = await addressOf(siteLink(page));
  const sent = noteUploads(page);

  /** The site shows what it showed, and nothing of the deploy can be seen. */
  const expectWhole = async (shown: string, message: string): Promise<void> => {
    expect(await heading(site)).toBe(shown);
    expect((await ask(`${site}/about/`)).status).toBe(200);
    await expect(entry(page, message)).toHaveCount(0);
  };

  await test.step('a connection that is cut in the middle of a file is taken up again', async () => {
    await edit(page, 'pages/home.md', '!');
    let cuts = 0;
    await page.route(UPLOADS, (route) => {
      cuts += 1;
      return cuts <= 2 ? cutHalfway(route) : route.continue();
    });
    // Shown for part of a second: looked for at every frame.
    const words = 'did not answer: can’t take “index.html”. Trying again';
    const told = page.waitForFunction((text) => document.body.innerText.includes(text), words, { polling: 'raf' });
    await deploy(page, 'Cut twice');
    await told;
    await isLive(page);
    expect(cuts).toBe(3);
    expect(await heading(site)).toBe('The first pot!');
    await page.unroute(UPLOADS);
  });

  const endings: readonly (readonly [string, (route: Route) => Promise<void>, string, string])[] = [
    [
      'a connection that is cut again and again',
      cutHalfway,
      'This server does not answer, however often it is asked.',
      'what has arrived is not sent twice. Your site shows what it showed before.',
    ],
    [
      'a key that is not taken (401)',
      (route) => route.fulfill({ status: 401, json: { code: 401, message: 'Access Denied' } }),
      'This browser has not got the key of this site. It says: “Access Denied”',
      'Deploy from the browser that made the site. Your site shows what it showed before.',
    ],
    [
      'a server that has enough of us (429)',
      (route) => route.fulfill({ status: 429, headers: { 'Retry-After': '3600' }, json: { code: 429, message: 'Too many requests' } }),
      'This server takes no more requests at the moment. It says: “Too many requests”',
      'Try again in 60 min.',
    ],
    [
      'a server that fails (500)',
      (route) => route.fulfill({ status: 500, json: { code: 500, message: 'The server failed' } }),
      'This server failed. It says: “The server failed”',
      'Try again in a minute. Your site shows what it showed before.',
    ],
    [
      'a disk that is full (507)',
      (route) => route.fulfill({ status: 507, json: { code: 507, message: 'The disk is full' } }),
      'This server has no space left. It says: “The disk is full”',
      'Free space on the disk of the server’s data folder, then try again.',
    ],
    [
      'something in between that answers pages',
      (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Please sign in</h1>' }),
      'This server answered something that its API does not promise.',
      'Your site shows what it showed before.',
    ],
  ];
  let shown = 'The first pot!';
  for (const [what, happens, cause, remedy] of endings) {
    await test.step(what, async () => {
      // Two files are new: one arrives, the other never does.
      await edit(page, 'pages/home.md', '!');
      await edit(page, 'pages/about.md', '!');
      let isFirst = true;
      await page.route(UPLOADS, async (route) => {
        if (!route.request().url().endsWith('/about/index.html')) return happens(route);
        if (isFirst) await route.continue();
        else await happens(route);
        isFirst = false;
      });
      await deploy(page, what);
      await expect(card(page)).toContainText(cause, { timeout: 60_000 });
      await expect(card(page)).toContainText(remedy);
      await expectWhole(shown, what);
      await page.unroute(UPLOADS);
      sent.length = 0;
      await card(page).getByRole('button', { name: 'Try again' }).click();
      await isLive(page);
      await expect(card(page)).toHaveCount(0);
      await expect(entry(page, what)).toContainText('live');
      expect(sent).toEqual(['index.html']);
      shown += '!';
      expect(await heading(site)).toBe(shown);
    });
  }

  await test.step('a deploy that is cancelled', async () => {
    await edit(page, 'pages/home.md', '!');
    await page.route(UPLOADS, () => {});
    await deploy(page, 'Never mind');
    await expect(current(page)).toContainText('Sending 1 file, 0 done', { timeout: 60_000 });
    await current(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(current(page)).toContainText('Cancelled. The site shows what it showed before.');
    await page.unroute(UPLOADS);
    await expectWhole(shown, 'Never mind');
  });

  await test.step('a tab that goes away', async () => {
    await page.route(UPLOADS, () => {});
    await deploy(page, 'Gone');
    await expect(current(page)).toContainText('Sending 1 file, 0 done', { timeout: 60_000 });
    await page.reload();
    await page.unroute(UPLOADS);
    expect(await heading(site)).toBe(shown);
    await runs(page);
    await openPanel(page);
    await expect(entry(page, 'Whole')).toBeVisible();
    await expectWhole(shown, 'Gone');
    await deploy(page, 'Back');
    await isLive(page);
    expect(await heading(site)).toBe(`${shown}!`);
  });

  await test.step('a site that is gone gives way to a new one', async () => {
    expect(await deleteSite(page)).toBe(204);
    await page.keyboard.press('Escape');
    await openPanel(page);
    await expect(panel(page).getByRole('group', { name: 'Can’t list the deploys' })).toContainText('This server has no such site any more');
    await deploy(page, 'Anew');
    await expect(card(page)).toContainText('This server has no such site any more');
    await card(page).getByRole('button', { name: 'Make a new site' }).click();
    await isLive(page);
    expect(await heading(await addressOf(siteLink(page)))).toBe(`${shown}!`);
    await expect(panel(page).getByRole('region', { name: 'Past deploys' }).getByRole('listitem')).toHaveCount(1);
  });
});

test('what is live is told from what was built, and from what cannot be read', async ({ page }) => {
  await openSite(page, {
    'public/_headers': '/about/*\n  Access-Control-Allow-Origin: https://friend.example\n',
    'public/_redirects': '/style.css /index.html 200!\n/img/* / 302!\n',
    'public/.nojekyll': '',
  });
  await openPanel(page);
  await deploy(page, 'Ruled', 'Preview deploy');
  await isLive(page);
  const address = await addressOf(deployLink(page));
  await expect(current(page)).toContainText('2 addresses differ from what was built.');
  await expect(current(page)).toContainText('1 address cannot be read from here');
  await expect(current(page)).toContainText('Checked: 1 of 4 addresses have the SHA-256 of what was built.');
  for (const which of await current(page).getByText('Which').all()) await which.click();
  for (const text of [
    `${address}/img/pixel.png: answers other bytes`,
    `${address}/style.css: answers other bytes`,
    `${address}/about/index.html: `,
  ])
    await expect(current(page).getByRole('listitem').filter({ hasText: text })).toBeVisible();
});

test('deploys from a phone', async ({ page }) => {
  await openSite(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(editor(page, 'index.md')).toBeVisible();
  await page.getByRole('navigation', { name: 'Panel' }).getByRole('button', { name: 'Deploy' }).click();
  await expect(panel(page).getByText('The first deploy makes a site')).toBeVisible();
  await expect(panel(page).getByRole('button', { name: 'Deploy site' })).toBeEnabled({ timeout: 60_000 });
  await deploy(page, 'From the bus, with a message that is longer than the screen of the phone is wide');
  await isLive(page);
  const box = await panel(page).boundingBox();
  expect([box?.x, box?.width]).toEqual([0, 390]);
  // Nothing is wider than the screen, and what can be pressed is inside it.
  const sticksOut = await panel(page).evaluate((element) =>
    [element, ...element.querySelectorAll('*')].flatMap((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < -0.5 || right > innerWidth + 0.5 ? [`${one.tagName} ${left}–${right} ${one.textContent}`] : [];
    }),
  );
  expect(sticksOut).toEqual([]);
  expect(await heading(await addressOf(siteLink(page)))).toBe('The first pot');
});
