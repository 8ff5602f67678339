/** The preview's own controls. Needs the registry for the blog. */
import { devServerRuns, manifest, openBlog, openProject, PROCESS_TIMEOUT } from './support/ide.ts';
import { expect, test } from './support/test.ts';

test('the preview’s address bar goes where it is told, back and forward, live and built', async ({ page }) => {
  await openBlog(page);
  await devServerRuns(page);
  const preview = page.frameLocator('iframe[title="Preview"]');
  const heading = preview.getByRole('heading', { level: 1 });
  const address = page.getByRole('textbox', { name: 'Address in the preview' });
  await expect(heading).toHaveText('Notes on fruit, sugar and patience.', { timeout: PROCESS_TIMEOUT });

  await preview.getByRole('link', { name: 'First strawberries' }).click();
  await expect(heading).toHaveText('First strawberries');
  await expect(address).toHaveValue('/posts/first-strawberries/');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(address).toHaveValue('/');
  await page.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(address).toHaveValue('/posts/first-strawberries/');
  await address.fill('/about/');
  await address.press('Enter');
  await expect(heading).toHaveText('About');
  await expect(preview.getByRole('img', { name: 'Three jars of jam on a shelf' })).toBeVisible();

  await page.getByRole('radio', { name: 'Built' }).click();
  await expect(page.getByRole('radio', { name: 'Built' })).toBeChecked({ timeout: PROCESS_TIMEOUT });
  await address.fill('/nothing-here/');
  await address.press('Enter');
  await expect(heading).toHaveText('This jar is empty.', { timeout: PROCESS_TIMEOUT });

  await page.getByRole('button', { name: 'Deploy' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download what was built as zip' }).click();
  expect((await download).suggestedFilename()).toBe('eleventy-blog-site.zip');
});

/** Two pages; the first one loads itself again, once, as soon as it is being left. */
const RESTLESS = `
import { createServer } from 'node:http';
const again = "addEventListener('beforeunload', () => { if (!sessionStorage.again) { sessionStorage.again = 1; setTimeout(() => location.reload()); } })";
const pages = { '/': '<h1>Restless</h1><script>' + again + '</script>', '/next/': '<h1>Next</h1>' };
createServer((request, response) => {
  response.writeHead(request.url in pages ? 200 : 404, { 'content-type': 'text/html' }).end('<!doctype html>' + (pages[request.url] ?? ''));
}).listen(8080);
`;

test('an address is not lost to a page that loads itself again just then', async ({ page }) => {
  await openProject(page, { 'package.json': manifest({ dev: 'node server.mjs' }), 'server.mjs': RESTLESS });
  const heading = page.frameLocator('iframe[title="Preview"]').getByRole('heading', { level: 1 });
  const address = page.getByRole('textbox', { name: 'Address in the preview' });
  await expect(heading).toHaveText('Restless', { timeout: PROCESS_TIMEOUT });
  await address.fill('/next/');
  await address.press('Enter');
  await expect(heading).toHaveText('Next');
  await expect(address).toHaveValue('/next/');
});
