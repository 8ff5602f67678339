/**
 * Failure is part of the product: each failure has a title, a cause and a remedy, and the way back works. These are the failures of the surroundings:
 * headers that got lost, a registry that sends something else, a full disk, a taken port, a second tab, an engine that died.
 * Needs the registry: two tests install a small package from it.
 */
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Page, Route, Worker } from '@playwright/test';
import {
  devServerRuns,
  editor,
  file,
  FIRST_POST,
  IDLE,
  manifest,
  openBlog,
  openProject,
  openTerminal,
  PROCESS_TIMEOUT,
  problem,
  progress,
  typeAtEnd,
} from './support/ide.ts';
import { expect, test } from './support/test.ts';

test.use({ viewport: { width: 1440, height: 1200 } });

/** A problem's card has all that a person needs, and is also listed below Problems. */
async function expectProblem(page: Page, title: string, cause: string | RegExp, remedy: string | RegExp): Promise<void> {
  const card = problem(page, title);
  await expect(card).toBeVisible({ timeout: 45_000 });
  await expect(card.getByRole('heading', { name: title })).toBeVisible();
  await expect(card.getByText(cause).first()).toBeVisible();
  await expect(card.getByText(remedy).first()).toBeVisible();
}

const showProblems = (page: Page): Promise<void> => page.getByRole('tab', { name: /^Problems/ }).click();

interface Answer {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers a GET with what the server sends, changed. Asks 127.0.0.1: outside of browsers, names below localhost need not resolve. */
async function changeAnswer(route: Route, change: (answer: Answer) => Answer): Promise<void> {
  const { protocol, host, port, pathname, search } = new URL(route.request().url());
  expect(protocol).toBe('http:');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Not compressed: the body is text here.
    const headers = { ...route.request().headers(), host, 'accept-encoding': 'identity' };
    request({ host: '127.0.0.1', port, path: pathname + search, headers }, resolve)
      .on('error', reject)
      .end();
  });
  const headers = Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'transfer-encoding' ? [[name, value]] : [],
    ),
  );
  await route.fulfill({ status: response.statusCode ?? 502, ...change({ headers, body: await text(response) }) });
}

const withoutIsolation = ({ headers, body }: Answer): Answer => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('cross-origin-'))),
  body,
});

/** The workers of a script, oldest first. */
const workersOf = (page: Page, script: string): Worker[] => page.workers().filter((one) => one.url().includes(`/engine/${script}.`));
/** Ends a worker from inside, without a word to anybody. */
const endWorker = (worker: Worker): Promise<void> => worker.evaluate(() => self.close()).catch(() => undefined);

test.describe('without shared memory', () => {
  test('a page whose headers were dropped on the way says so, and still edits', async ({ page }) => {
    await page.route('**/new/eleventy-blog', (route) => changeAnswer(route, withoutIsolation));
    await page.goto('/new/eleventy-blog');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expectProblem(page, 'This project cannot run in this browser', /not cross-origin isolated/, /Let the server’s headers through/);
    await typeAtEnd(page, FIRST_POST, 'Still editing.');
    await expect(editor(page, FIRST_POST)).toContainText('Still editing.');
  });

  test('a browser without SharedArrayBuffer is told which browsers have it', async ({ page }) => {
    await page.addInitScript(() => void Reflect.deleteProperty(globalThis, 'SharedArrayBuffer'));
    await page.goto('/new/eleventy-blog');
    await expectProblem(
      page,
      'This project cannot run in this browser',
      /has no SharedArrayBuffer/,
      /Use a current Chromium, Firefox or Safari/,
    );
  });

  test('an engine whose headers were dropped says so', async ({ page }) => {
    await page.route('**/headless*', (route) => changeAnswer(route, withoutIsolation));
    await openProject(page, { 'package.json': manifest({ dev: IDLE }) });
    await expectProblem(page, 'The project did not start', /did not answer/, /Start it again/);
  });
});

test.describe('the registry', () => {
  test('that sends other bytes than the lockfile says is not trusted', async ({ page, context }) => {
    const lockfile = {
      name: 'p',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'p', version: '1.0.0', dependencies: { picomatch: '4.0.7' } },
        // Of a tarball that nobody has published: this project meets it in no cache.
        'node_modules/picomatch': {
          version: '4.0.7',
          resolved: 'https://mirrored.example/picomatch/-/picomatch-4.0.7.tgz',
          integrity: `sha512-${'A'.repeat(86)}==`,
        },
      },
    };
    await context.route('**/api/registry/**/*.tgz', (route) => route.fulfill({ status: 200, body: 'these are other bytes' }));
    await openProject(page, {
      'package.json': manifest({ dev: IDLE }, { picomatch: '4.0.7' }),
      'package-lock.json': JSON.stringify(lockfile),
    });
    await expectProblem(
      page,
      'Can’t install the packages',
      /What the registry sent for “picomatch@4\.0\.7” is not what package-lock\.json says/,
      /Do not use the package until you know why/,
    );
  });

  test('that cannot be reached is named, and trying again helps', async ({ page, context }) => {
    let isDown = true;
    await context.route('**/api/registry/**', (route) => (isDown ? route.abort('connectionrefused') : route.continue()));
    await openProject(page, { 'package.json': manifest({ dev: IDLE }, { picomatch: '4.0.7' }) });
    await expectProblem(page, 'Can’t install the packages', /The package registry did not answer/, /Check the connection/);
    isDown = false;
    await problem(page, 'Can’t install the packages').getByRole('button', { name: 'Try again' }).click();
    await expect(progress(page)).toContainText('npm run dev', { timeout: 45_000 });
    await expect(problem(page, 'Can’t install the packages')).toHaveCount(0);
  });
});

test('a build that exits 1 leads from its log to the line', async ({ page }) => {
  await openProject(page, {
    'package.json': manifest({ dev: IDLE, build: 'node build.js' }),
    'build.js': '// The third line tells of itself.\n\nconsole.error("build.js:3:1: there is no flour"); process.exit(1);\n',
  });
  await page.getByRole('button', { name: 'Prebuild', exact: true }).click();
  const log = page.getByRole('tabpanel', { name: 'Build', exact: true });
  const line = log.locator('.xterm-rows > div').filter({ hasText: 'build.js:3:1: there is no flour' });
  await expect(line).toBeVisible({ timeout: PROCESS_TIMEOUT });
  // The place is a link in the log.
  await line.hover({ position: { x: 20, y: 8 }, force: true });
  await line.click({ position: { x: 20, y: 8 }, force: true });
  await expect(editor(page, 'build.js')).toBeVisible();
  await showProblems(page);
  await expectProblem(page, 'The build failed', /exit code 1/, /Look at build\.js, line 3/);
  await problem(page, 'The build failed').getByRole('button', { name: 'Open build.js, line 3' }).click();
  await expect(editor(page, 'build.js')).toBeFocused();
  await page.keyboard.type('/*here*/');
  await expect(editor(page, 'build.js').getByText('/*here*/console.error')).toBeVisible();
});

test('a port that a terminal’s program holds is named, and free again it is used', async ({ page }) => {
  await openProject(page, {
    'package.json': manifest({ dev: 'until [ -f held ]; do sleep 0.2; done; node server.js' }),
    'server.js':
      'require("node:http").createServer((request, response) => response.end("served")).listen(8123, () => require("node:fs").writeFileSync("held", ""));',
  });
  // The dev script waits until the terminal's program listens.
  const terminal = await openTerminal(page);
  await terminal.run('node server.js');
  await showProblems(page);
  await expectProblem(page, 'The preview’s port is taken', /port 8123 already/, /Stop the other one/);
  await page.getByRole('tab', { name: 'Shell', exact: true }).click();
  await terminal.press('Control+c');
  await terminal.run('echo free-$((40 + 2))');
  await terminal.shows('free-42');
  await showProblems(page);
  await problem(page, 'The preview’s port is taken').getByRole('button', { name: 'Try again' }).click();
  await expect(progress(page)).toContainText('Serving on port 8123', { timeout: PROCESS_TIMEOUT });
});

test('a full disk is named, and what was typed is safe', async ({ page }) => {
  // As a server with JAMPOT_DISK=16 would send it.
  await page.route('**/headless*', (route) =>
    changeAnswer(route, ({ headers, body }) => ({ headers, body: body.replace(' data-base=', ` data-disk="${16 * 2 ** 20}" data-base=`) })),
  );
  await openProject(page, { 'package.json': manifest({ dev: IDLE }), 'index.md': '# Full\n' });
  const terminal = await openTerminal(page);
  await terminal.run('mkdir -p node_modules; head -c 64000000 /dev/zero > node_modules/big; echo ended-$?');
  await terminal.shows(/No space left on device/);
  await terminal.shows('ended-1');
  await file(page, 'index.md').click();
  await editor(page, 'index.md').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('typed on a full disk '.repeat(5000));
  await showProblems(page);
  await expectProblem(page, 'The project’s disk is full', /could not be written/, /Remove files or packages/);
  // Room again: the next edit arrives, and the problem goes.
  await page.getByRole('tab', { name: 'Shell', exact: true }).click();
  await terminal.run('rm node_modules/big');
  await editor(page, 'index.md').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('room again ');
  await terminal.run('until grep -qs "room again" index.md; do sleep 0.1; done; echo arrived-$((40 + 2))');
  await terminal.shows('arrived-42');
  await showProblems(page);
  await expect(problem(page, 'The project’s disk is full')).toHaveCount(0);
  await page.reload();
  await expect(editor(page, 'index.md')).toContainText('room again');
});

test('of two tabs on one project one runs and writes; the other says so and takes over', async ({ page, context }) => {
  test.setTimeout(120_000);
  await openBlog(page);
  await devServerRuns(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(second.getByText('Open in another tab.')).toBeVisible();
  await expect(second.getByText('The preview runs in the other tab')).toBeVisible();
  await expect(second.getByRole('button', { name: 'Prebuild', exact: true })).toBeDisabled();
  await typeAtEnd(page, FIRST_POST, 'By the first tab.');
  await second.getByRole('button', { name: 'Edit here' }).click();
  await expect(page.getByText('Open in another tab.')).toBeVisible();
  await expect(editor(second, FIRST_POST)).toContainText('By the first tab.');
  // It runs here now, on the packages that the other tab had installed.
  await devServerRuns(second);
  await expect(progress(second).getByRole('listitem').filter({ hasText: 'Install' })).toHaveAttribute('title', 'Packages are installed');
  await expect(second.getByRole('tab', { name: /^Problems/ })).toContainText('0');
});

test('a project that is taken over while it starts runs in one tab only, and taken back it knows its scripts', async ({
  page,
  context,
}) => {
  await openProject(page, { 'package.json': manifest({ dev: IDLE }), 'index.md': '# One\n' });
  await expect(progress(page)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
  const second = await context.newPage();
  await second.goto(page.url());
  const take = (tab: Page): Promise<void> => tab.getByRole('button', { name: 'Edit here' }).click();
  await expect(progress(second)).toContainText('Runs in the other tab');
  await take(second);
  // Before the second tab's engine is there.
  await take(page);
  await expect(progress(page)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
  await expect(progress(second)).toContainText('Runs in the other tab');
  await expect.poll(() => workersOf(second, 'process-worker').length, { timeout: PROCESS_TIMEOUT }).toBe(0);
  await expect(page.getByRole('tab', { name: /^Problems/ })).toContainText('0');

  await file(page, 'package.json').click();
  await editor(page, 'package.json').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(manifest({ dev: IDLE, build: 'node -p "6 * 7"' }));
  await page.getByRole('button', { name: 'Prebuild' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Build' }).locator('.xterm-rows')).toContainText('42', { timeout: PROCESS_TIMEOUT });
});

test('two tabs that open a project at once: one runs it, and the other can take it over at once', async ({ page, context }) => {
  await openProject(page, { 'package.json': manifest({ dev: IDLE }), 'index.md': '# One\n' });
  const address = page.url();
  await page.close();
  const tabs = [await context.newPage(), await context.newPage()];
  await Promise.all(tabs.map((tab) => tab.goto(address)));
  const [reader] = await Promise.any(
    tabs.map(async (tab) => {
      await expect(tab.getByRole('button', { name: 'Edit here' })).toBeVisible();
      return [tab];
    }),
  );
  if (reader === undefined) throw new Error('unreachable: one of two is the reader');
  await reader.getByRole('button', { name: 'Edit here' }).click();
  await expect(progress(reader)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
  await expect(reader.getByRole('tab', { name: /^Problems/ })).toContainText('0');
});

test.describe('an engine that dies', () => {
  test('in its kernel can be restarted, and the files are safe', async ({ page }) => {
    await openProject(page, { 'package.json': manifest({ dev: IDLE }), 'index.md': '# Safe\n' });
    await expect(progress(page)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
    await file(page, 'index.md').click();
    await typeAtEnd(page, 'index.md', 'Typed before.');
    const [kernel] = workersOf(page, 'kernel-worker');
    if (kernel === undefined) throw new Error('There is no kernel.');
    await endWorker(kernel);
    await expectProblem(page, 'The project stopped running', /has ended/, /Your files are safe/);
    await typeAtEnd(page, 'index.md', ' Typed after.');
    await problem(page, 'The project stopped running').getByRole('button', { name: 'Restart' }).click();
    await expect(editor(page, 'index.md')).toContainText('Typed before. Typed after.');
    await expect(progress(page)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
    await expect(problem(page, 'The project stopped running')).toHaveCount(0);
    const terminal = await openTerminal(page);
    await terminal.run('cat index.md');
    await terminal.shows('Typed before. Typed after.');
  });

  test('in one of its workers goes on, and offers a restart', async ({ page }) => {
    await openProject(page, { 'package.json': manifest({ dev: IDLE }) });
    await expect(progress(page)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
    // The newest waits for work: one that runs a program sleeps in shared memory and hears nothing.
    await expect.poll(() => workersOf(page, 'program-worker').length).toBeGreaterThan(2);
    const worker = workersOf(page, 'program-worker').at(-1);
    await worker?.evaluate(() => {
      setTimeout(() => {
        throw new Error('a fault of the engine');
      });
    });
    await showProblems(page);
    await expectProblem(page, 'A program of the project crashed', /worker that it ran in has failed/, /Run it again, or restart/);
    await problem(page, 'A program of the project crashed').getByText('Details').click();
    await expect(problem(page, 'A program of the project crashed')).toContainText('a fault of the engine');
    const terminal = await openTerminal(page);
    await terminal.run('echo alive-$((40 + 2))');
    await terminal.shows('alive-42');
    await showProblems(page);
    await problem(page, 'A program of the project crashed').getByRole('button', { name: 'Restart' }).click();
    await expect(problem(page, 'A program of the project crashed')).toHaveCount(0);
    await expect(progress(page)).toContainText('npm run dev', { timeout: PROCESS_TIMEOUT });
  });
});
