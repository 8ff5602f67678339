import { expect, test, type Page } from '@playwright/test';

/** The IDE with a running project: terminal, prebuild, files that processes make, a second visit. */

test.setTimeout(120_000);

const file = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name, exact: true });
const progress = (page: Page): ReturnType<Page['getByRole']> => page.getByRole('region', { name: 'Progress' });
const terminal = (page: Page): ReturnType<Page['locator']> => page.getByRole('tabpanel', { name: 'Shell' }).locator('.xterm-rows');

async function openRunning(page: Page): Promise<void> {
  await page.goto('/new/eleventy-blog');
  await expect(page.getByRole('button', { name: 'Prebuild' })).toBeEnabled({ timeout: 45_000 });
}

async function openShell(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New terminal' }).click();
  await expect(terminal(page)).toContainText('project', { timeout: 20_000 });
  await page.getByRole('tabpanel', { name: 'Shell' }).click();
}

test('the terminal is an interactive shell, and its files show in the tree and the editor', async ({ page }) => {
  await openRunning(page);
  await openShell(page);
  await page.keyboard.type('echo "made in the shell" > made.md && node -p "6 * 7"\n');
  await expect(terminal(page)).toContainText('42', { timeout: 20_000 });
  await file(page, 'made.md').click();
  const editor = page.getByRole('textbox', { name: 'Editor: made.md' });
  await expect(editor).toContainText('made in the shell');
  // The other way: what the editor writes, the shell reads.
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('typed, ');
  await page.getByRole('tabpanel', { name: 'Shell' }).click();
  await page.keyboard.type('cat made.md | tr a-z A-Z || cat made.md\n');
  await expect(terminal(page)).toContainText(/typed, made in the shell/i, { timeout: 20_000 });
  await page.keyboard.type('rm made.md\n');
  await expect(file(page, 'made.md')).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'made.md' })).toHaveCount(0);
});

test('several terminals run side by side', async ({ page }) => {
  await openRunning(page);
  await openShell(page);
  await page.getByRole('button', { name: 'New terminal' }).click();
  await expect(page.getByRole('tab', { name: 'Shell 2' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tab', { name: 'Shell 2' }).press('Delete');
  await expect(page.getByRole('tab', { name: 'Shell 2' })).toHaveCount(0);
});

test('Prebuild ends with duration, files, bytes and the biggest files', async ({ page }) => {
  await openRunning(page);
  await expect(progress(page)).toContainText(/npm run dev|Serving/, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Prebuild' }).click();
  await expect(page.getByRole('status', { name: 'Build result' })).toContainText(
    /Built in .*s.*12 files, .*kB, .*kB with gzip.*Biggest: img\/shelf\.png/,
    { timeout: 60_000 },
  );
  await expect(page.getByRole('tabpanel', { name: 'Build' }).locator('.xterm-rows')).toContainText(
    /Built in .*s: 12 files, .*kB, .*kB with gzip/,
  );
  await page.getByRole('button', { name: 'Deploy' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download site' }).click();
  expect((await download).suggestedFilename()).toBe('eleventy-blog-site.zip');
});

test('a second visit installs nothing and asks the registry nothing', async ({ page, context }) => {
  await openRunning(page);
  await expect(progress(page)).toContainText(/npm run dev|Serving/, { timeout: 60_000 });
  const asked: string[] = [];
  context.on('request', (request) => {
    if (request.url().includes('/api/registry')) asked.push(request.url());
  });
  await page.reload();
  await expect(progress(page)).toContainText(/npm run dev|Serving/, { timeout: 45_000 });
  await expect(progress(page).getByRole('listitem').filter({ hasText: 'Install' })).toHaveAttribute('title', 'Packages are installed');
  expect(asked).toEqual([]);
});

test('the preview appears by itself, follows edits, and its address bar works', async ({ page }) => {
  await openRunning(page);
  const preview = page.frameLocator('iframe[title="Preview"]');
  await expect(preview.getByRole('heading', { level: 1 })).toHaveText('Notes on fruit, sugar and patience.', { timeout: 60_000 });

  const address = page.getByRole('textbox', { name: 'Address in the preview' });
  await preview.getByRole('link', { name: 'First strawberries' }).click();
  await expect(preview.getByRole('heading', { level: 1 })).toHaveText('First strawberries');
  await expect(address).toHaveValue('/posts/first-strawberries/');

  const editor = page.getByRole('textbox', { name: 'Editor: posts/first-strawberries.md' });
  await editor.getByText('What is left over goes').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('Seen without a click. ');
  await expect(preview.getByText('Seen without a click.')).toBeVisible({ timeout: 15_000 });

  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(address).toHaveValue('/');
  await page.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect(address).toHaveValue('/posts/first-strawberries/');
  await address.fill('/about/');
  await address.press('Enter');
  await expect(preview.getByRole('heading', { level: 1 })).toHaveText('About');
  await expect(preview.getByRole('img', { name: 'Three jars of jam on a shelf' })).toBeVisible();
});

test('the built site is shown as production would serve it', async ({ page }) => {
  await openRunning(page);
  const preview = page.frameLocator('iframe[title="Preview"]');
  await expect(preview.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('radio', { name: 'Built' }).click();
  await expect(page.getByRole('radio', { name: 'Built' })).toBeChecked({ timeout: 60_000 });
  await expect(preview.getByRole('heading', { level: 1 })).toHaveText('Notes on fruit, sugar and patience.', { timeout: 30_000 });
  // Eleventy's dev server puts its reload client into pages; a build has none.
  await expect(preview.locator('script[src*="reload-client"]')).toHaveCount(0);
  const address = page.getByRole('textbox', { name: 'Address in the preview' });
  await address.fill('/nothing-here/');
  await address.press('Enter');
  await expect(preview.getByRole('heading', { level: 1 })).toHaveText('This jar is empty.');
  await page.getByRole('radio', { name: 'Live' }).click();
  await address.fill('/');
  await address.press('Enter');
  await expect(preview.locator('script[src*="reload-client"]')).toHaveCount(1, { timeout: 30_000 });
});
