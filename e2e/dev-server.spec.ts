/** What package.json and the dev script can be, and what is said of it. */
import { editor, file, manifest, openProject, problem, PROCESS_TIMEOUT, progress, typeAtEnd } from './support/ide.ts';
import { expect, test } from './support/test.ts';

const SERVER = 'require("node:http").createServer((q, r) => r.end("<h1>Served</h1>")).listen(8080);\n';

test('a manifest that is no JSON is pointed at', async ({ page }) => {
  await openProject(page, { 'package.json': '{ "scripts": ', 'index.md': 'x' });
  await expect(problem(page, 'package.json cannot be read')).toBeVisible();
});

test('a project without package.json gets one, and runs once it says how', async ({ page }) => {
  await openProject(page, { 'server.js': SERVER });
  const none = problem(page, 'Nothing to preview yet');
  await expect(none).toContainText('There is no package.json.', { timeout: PROCESS_TIMEOUT });
  await none.getByRole('button', { name: 'Create package.json' }).click();
  await expect(editor(page, 'package.json')).toBeFocused();
  await expect(problem(page, 'Nothing to preview yet')).toContainText('Add the command that serves your site');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{ "scripts": { "dev": "node server.js" } }');
  await problem(page, 'Nothing to preview yet').getByRole('button', { name: 'Try again' }).click();
  await expect(page.frameLocator('iframe[title="Preview"]').getByRole('heading', { name: 'Served' })).toBeVisible({
    timeout: PROCESS_TIMEOUT,
  });
  await expect(problem(page, 'Nothing to preview yet')).toHaveCount(0);
});

test('a dev server that fails can be started again', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': 'process.exit(3);\n' });
  const card = problem(page, 'The dev server stopped');
  await expect(card).toContainText('exit code 3', { timeout: PROCESS_TIMEOUT });
  await card.getByRole('button', { name: 'Try again' }).click();
  await expect(card).toContainText('exit code 3', { timeout: PROCESS_TIMEOUT });
});

test('a dev server that is stopped by Ctrl-C is no failure, and starts again', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': SERVER });
  await expect(progress(page)).toContainText('Serving on port 8080', { timeout: PROCESS_TIMEOUT });
  await page.getByRole('region', { name: 'Terminal' }).getByRole('tabpanel', { name: 'Dev server' }).getByRole('textbox').focus();
  await page.keyboard.press('Control+c');
  const card = problem(page, 'The dev server is stopped');
  await expect(card).toContainText('has ended without an error', { timeout: PROCESS_TIMEOUT });
  await expect(problem(page, 'The dev server stopped')).toHaveCount(0);
  await card.getByRole('button', { name: 'Start again' }).click();
  await expect(progress(page)).toContainText('Serving on port 8080', { timeout: PROCESS_TIMEOUT });
  await expect(card).toHaveCount(0);
});

/** Serves a file of the project in a page that takes a second to load, and tells pages of nothing. */
const SLOW = `
const { readFileSync } = require('node:fs');
require('node:http').createServer((request, response) => {
  if (request.url === '/slow.css') return setTimeout(() => response.setHeader('content-type', 'text/css').end('h1 {}'), 1000);
  response.setHeader('content-type', 'text/html').end('<link rel="stylesheet" href="/slow.css"><h1>' + readFileSync('text.txt', 'utf8') + '</h1>');
}).listen(8080);
`;

test('what is edited while the preview’s page loads is shown, though no socket is open to tell the page', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': SLOW, 'text.txt': 'one' });
  const heading = page.frameLocator('iframe[title="Preview"]').getByRole('heading');
  await expect(heading).toHaveText('one', { timeout: PROCESS_TIMEOUT });
  await file(page, 'text.txt').click();
  const asked = page.waitForRequest(/slow\.css/);
  await page.getByRole('button', { name: 'Reload the preview' }).click();
  await asked;
  await typeAtEnd(page, 'text.txt', ' and two');
  await expect(heading).toHaveText('one and two', { timeout: PROCESS_TIMEOUT });
});

/** Serves once the file `wait.txt` is empty. */
const PATIENT = `
const { readFileSync } = require('node:fs');
const server = require('node:http').createServer((q, r) => r.end('<h1>Served</h1>'));
(function look() {
  if (readFileSync('wait.txt', 'utf8').trim() === '') server.listen(8080);
  else setTimeout(look, 50);
})();
`;

test('on a second visit the preview’s origin is at hand before the dev server’s port opens', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': PATIENT, 'wait.txt': '' });
  const served = page.frameLocator('iframe[title="Preview"]').getByRole('heading', { name: 'Served' });
  await expect(served).toBeVisible({ timeout: PROCESS_TIMEOUT });
  const bridge = (): string[] => page.frames().flatMap((frame) => (frame.url().endsWith('/__jampot/bridge') ? [frame.url()] : []));
  const [first] = bridge();
  expect(first).toMatch(/^http:\/\/p8080--/);

  await file(page, 'wait.txt').click();
  await typeAtEnd(page, 'wait.txt', 'wait');
  await expect(page.getByText('saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(progress(page)).toContainText('Running “npm run dev”', { timeout: PROCESS_TIMEOUT });
  await expect.poll(bridge, { timeout: PROCESS_TIMEOUT }).toEqual([first]);
  await expect(progress(page)).not.toContainText('Serving on port');

  await editor(page, 'wait.txt').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await expect(progress(page)).toContainText('Serving on port 8080', { timeout: PROCESS_TIMEOUT });
  await expect(served).toBeVisible();
});
