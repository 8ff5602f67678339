import { expect, test, type Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';

/** Failure is part of the product: each has a title, a cause, and what to do. */

const problem = (page: Page, title: string): ReturnType<Page['getByRole']> => page.getByRole('group', { name: title }).first();

/** Imports a project made of these files and opens it. */
async function openProject(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  await page.goto('/');
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
  await page.getByLabel('Zip to import').setInputFiles({ name: 'project.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
  await expect(page).toHaveURL(/\/p\/project-/);
}
const manifest = (scripts: Record<string, string>, dependencies: Record<string, string> = {}): string =>
  JSON.stringify({ name: 'p', version: '1.0.0', scripts, dependencies }, null, 2);

test('a page that is not isolated says so, and still edits', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false }));
  await page.goto('/new/eleventy-blog');
  await expect(problem(page, 'This project cannot run in this browser')).toContainText('not cross-origin isolated');
  const editor = page.getByRole('textbox', { name: 'Editor: posts/first-strawberries.md' });
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('still editing');
  await expect(editor).toContainText('still editing');
});

test('a build that exits 1 shows its log, names file and line, and opens them', async ({ page }) => {
  await openProject(page, {
    'package.json': manifest({ build: 'node build.js' }),
    'build.js': '// The error is on the third line.\n\nthrow new Error("no flour");\n',
  });
  await page.getByRole('button', { name: 'Prebuild' }).click();
  await page.getByRole('tab', { name: /^Problems/ }).click();
  const card = problem(page, 'The build failed');
  await expect(card).toContainText('exit code 1');
  await expect(card).toContainText('build.js, line 3');
  await card.getByText('Details').click();
  await expect(card).toContainText('no flour');
  await card.getByRole('button', { name: 'Open build.js, line 3' }).click();
  await expect(page.getByRole('textbox', { name: 'Editor: build.js' })).toBeFocused();
});

test('a manifest that is no JSON is pointed at', async ({ page }) => {
  await openProject(page, { 'package.json': '{ "scripts": ', 'index.md': 'x' });
  await expect(problem(page, 'package.json cannot be read')).toBeVisible();
});

test('a project without a dev script says what to add', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ build: 'node x.js' }) });
  await expect(problem(page, 'Nothing to preview yet')).toContainText('Add the command that serves your site');
});

test('an unreachable registry is told as such, and trying again helps', async ({ page, context }) => {
  let down = true;
  await context.route('**/api/registry/**', (route) => (down ? route.abort('connectionrefused') : route.continue()));
  await openProject(page, { 'package.json': manifest({ dev: 'node -e "setInterval(() => {}, 1000)"' }, { picomatch: '4.0.7' }) });
  const card = problem(page, 'Can’t install the packages');
  await expect(card).toContainText('The package registry did not answer.', { timeout: 45_000 });
  down = false;
  await card.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText('npm run dev', { timeout: 45_000 });
});

test('a package that is not what the lockfile says is refused by name', async ({ page }) => {
  const lockfile = {
    name: 'p',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'p', version: '1.0.0', dependencies: { picomatch: '4.0.7' } },
      'node_modules/picomatch': { version: '4.0.7', integrity: `sha512-${'A'.repeat(86)}==` },
    },
  };
  await openProject(page, {
    'package.json': manifest({ dev: 'node x.js' }, { picomatch: '4.0.7' }),
    'package-lock.json': JSON.stringify(lockfile),
  });
  const card = problem(page, 'Can’t install the packages');
  await expect(card).toContainText('picomatch@4.0.7', { timeout: 45_000 });
  await expect(card).toContainText('is not what package-lock.json says it should be');
});

test('a taken port is named', async ({ page }) => {
  const server =
    'const s = require("node:http").createServer(() => {}); s.listen(8123, () => require("node:http").createServer(() => {}).listen(8123));';
  await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': server });
  await expect(problem(page, 'The preview’s port is taken')).toContainText('port 8123', { timeout: 45_000 });
});

test('a dev server that ends can be started again', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': 'process.exit(3);\n' });
  const card = problem(page, 'The dev server stopped');
  await expect(card).toContainText('exit code 3', { timeout: 45_000 });
  await card.getByRole('button', { name: 'Try again' }).click();
  await expect(card).toContainText('exit code 3', { timeout: 45_000 });
});
