/**
 * The journey that Jampot is for: from the start page to an edited, prebuilt and previewed blog, by the names that people and screen readers go by.
 * Needs the registry: the template's packages are installed from it.
 */
import type { Page } from '@playwright/test';
import { devServerRuns, editor, file, FIRST_POST, openBlog, openTerminal, PROCESS_TIMEOUT, progress } from './support/ide.ts';
import { expect, test } from './support/test.ts';

test.setTimeout(180_000);
// High enough for a terminal of some lines.
test.use({ viewport: { width: 1440, height: 1200 } });

/** A duration as the IDE writes it. */
const DURATION = /\d+(?:\.\d+)?\s?(?:ms|s|min)/;
const FRAME = 'iframe[title="Preview"]';

const headings = (page: Page) => page.frameLocator(FRAME).getByRole('heading');
const step = (page: Page, name: string) => progress(page).getByRole('listitem').filter({ hasText: name });

test('from the start page to the built site', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));

  await test.step('a card of the start page opens the IDE, and the editor can be used at once', async () => {
    await page.goto('/');
    await page.getByRole('link', { name: /Eleventy blog/ }).click();
    await expect(editor(page, FIRST_POST)).toContainText('The first strawberries are the smallest ones');
    await expect(page.getByRole('tab', { name: 'first-strawberries.md' })).toBeVisible();
    await editor(page, FIRST_POST).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('Written while the engine boots.');
    await expect(editor(page, FIRST_POST)).toContainText('Written while the engine boots.');
    // Nothing has been built yet: the editor did not wait for it.
    await expect(progress(page)).not.toContainText('Serving on port');
    await expect(page).toHaveURL(/\/p\/eleventy-blog-[a-z0-9]+$/);
    for (const name of ['Prebuild', 'Deploy', 'Share']) await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Terminal' })).toBeVisible();
  });

  await test.step('progress tells boot, install and dev server, each with its time', async () => {
    await devServerRuns(page);
    for (const name of ['Start', 'Install', 'Dev server']) {
      await expect(step(page, name).getByRole('img', { name: 'Done' })).toBeVisible();
      await expect(step(page, name)).toContainText(DURATION);
    }
    await expect(step(page, 'Install')).toHaveAttribute('title', /Installed \d+ packages/);
  });

  await test.step('the preview appears by itself', async () => {
    await expect(page.locator(FRAME)).toBeVisible();
    await expect(headings(page).filter({ hasText: 'First strawberries' })).toBeVisible({ timeout: PROCESS_TIMEOUT });
  });

  await test.step('an edited title is in the preview without a click', async () => {
    await editor(page, FIRST_POST).getByText('title: First strawberries').click();
    await page.keyboard.press('End');
    await page.keyboard.type(', once more');
    await expect(headings(page).filter({ hasText: 'First strawberries, once more' })).toBeVisible({ timeout: PROCESS_TIMEOUT });
    // And once more: the dev server's watcher goes on.
    await page.keyboard.type(' and again');
    await expect(headings(page).filter({ hasText: 'First strawberries, once more and again' })).toBeVisible({ timeout: PROCESS_TIMEOUT });
  });

  await test.step('Prebuild streams its log and ends with a summary', async () => {
    await page.getByRole('button', { name: 'Prebuild', exact: true }).click();
    const log = page.getByRole('region', { name: 'Terminal' }).getByRole('tabpanel', { name: 'Build', exact: true }).locator('.xterm-rows');
    await expect(log).toContainText('npm run build', { timeout: PROCESS_TIMEOUT });
    await expect(log).toContainText(/Built in .*\d+ files, [\d.]+ kB, [\d.]+ kB with gzip/, { timeout: 60_000 });
    const result = page.getByRole('status', { name: 'Build result' });
    await expect(result).toContainText(DURATION);
    await expect(result).toContainText(/\d+ files/);
    await expect(result).toContainText(/with gzip/);
    await expect(result).toContainText('img/shelf.png');
  });

  await test.step('Built shows the site as production would serve it, Live the dev server’s', async () => {
    const reloadClient = page.frameLocator(FRAME).locator('script[src*="reload-client"]');
    await page.getByRole('radio', { name: 'Built' }).click();
    await expect(page.getByRole('radio', { name: 'Built' })).toBeChecked({ timeout: PROCESS_TIMEOUT });
    await expect(reloadClient).toHaveCount(0, { timeout: PROCESS_TIMEOUT });
    await expect(headings(page).filter({ hasText: 'First strawberries, once more and again' })).toBeVisible({ timeout: PROCESS_TIMEOUT });
    await page.getByRole('radio', { name: 'Live' }).click();
    await expect(reloadClient).toHaveCount(1, { timeout: PROCESS_TIMEOUT });
  });
  expect(problems).toEqual([]);
});

test('files made, renamed and deleted in the tree are so in the engine, and the engine’s changes show in tree and editor', async ({
  page,
}) => {
  await openBlog(page);
  await devServerRuns(page);
  const terminal = await openTerminal(page);

  await file(page, 'package.json').click();
  await page.getByRole('button', { name: 'New file' }).click();
  await page.getByRole('textbox', { name: 'Name of the new file' }).fill('notes/today.md');
  await page.keyboard.press('Enter');
  await expect(editor(page, 'notes/today.md')).toBeVisible();
  await editor(page, 'notes/today.md').click();
  await page.keyboard.type('from the editor');
  await terminal.run('until grep -s editor notes/today.md; do sleep 0.1; done; echo tree-$((40 + 2)) made; ls notes');
  await terminal.shows('tree-42 made');
  await terminal.shows('today.md');

  await file(page, 'today.md').press('F2');
  await page.getByRole('textbox', { name: 'New name of today.md' }).fill('tomorrow.md');
  await page.keyboard.press('Enter');
  await terminal.run('until [ -f notes/tomorrow.md ]; do sleep 0.1; done; [ ! -e notes/today.md ] && echo tree-$((40 + 3)) renamed');
  await terminal.shows('tree-43 renamed');
  // A folder moves with all that is in it.
  await file(page, 'notes').press('F2');
  await page.getByRole('textbox', { name: 'New name of notes' }).fill('drafts');
  await page.keyboard.press('Enter');
  await terminal.run(
    'until [ -f drafts/tomorrow.md ]; do sleep 0.1; done; [ ! -e notes ] && cat drafts/tomorrow.md && echo tree-$((40 + 4)) moved',
  );
  await terminal.shows('tree-44 moved');
  await file(page, 'drafts').press('Delete');
  await terminal.run('while [ -e drafts ]; do sleep 0.1; done; echo tree-$((40 + 5)) deleted');
  await terminal.shows('tree-45 deleted');

  await terminal.run('echo made by a process > made.md');
  await expect(file(page, 'made.md')).toBeVisible({ timeout: PROCESS_TIMEOUT });
  await file(page, 'made.md').click();
  await expect(editor(page, 'made.md')).toContainText('made by a process');
  await terminal.run('echo changed by a process > made.md');
  await expect(editor(page, 'made.md')).toContainText('changed by a process', { timeout: PROCESS_TIMEOUT });
  await terminal.run('mkdir -p deep/er && mv made.md deep/er/moved.md');
  await expect(file(page, 'deep')).toBeVisible({ timeout: PROCESS_TIMEOUT });
  await expect(file(page, 'made.md')).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'made.md' })).toHaveCount(0);
});

test('the terminal is a shell: commands, completion, Ctrl-C, history, several side by side', async ({ page }) => {
  await openBlog(page);
  await devServerRuns(page);
  const first = await openTerminal(page);
  await first.run('node -v');
  await first.shows(/v24\.\d+\.\d+/);

  await first.type('cat posts/dam');
  await first.press('Tab');
  await first.shows('cat posts/damson-season.md');
  await first.press('Enter');
  await first.shows('nobody will believe you');

  await first.run('sleep 600; echo sleep-$?');
  await first.press('Control+c');
  await first.run('echo after-$((6 * 7))');
  await first.shows('after-42');
  await first.run(`node -e "setInterval(() => {}, 1000); console.log('wait' + 'ing')"`);
  await first.shows('waiting');
  await first.press('Control+c');
  await first.run('echo code-$?');
  await first.shows('code-130');

  await first.run('echo again-$((6 * 7))');
  await first.shows('again-42');
  await first.press('ArrowUp');
  await first.press('Enter');
  await expect(first.screen).toContainText(/again-42.*again-42/, { timeout: PROCESS_TIMEOUT });
  // A line that is begun and given up is not run.
  await first.type('echo never-$((6 * 7))');
  await first.press('Control+c');
  await first.run('cd posts && X=here');

  const second = await openTerminal(page);
  await second.run('pwd; echo "x is ${X:-unset}"');
  await second.shows('x is unset');
  await expect(second.screen).not.toContainText('after-42');
  await page.getByRole('region', { name: 'Terminal' }).getByRole('tab', { name: 'Shell', exact: true }).click();
  await expect(first.screen).not.toContainText('never-42');
  await first.run('pwd; echo "x is $X"');
  await first.shows('x is here');
  await first.shows(/\/project\/posts/);

  // A closed one is gone, the others go on.
  const tab = page.getByRole('region', { name: 'Terminal' }).getByRole('tab', { name: 'Shell 2', exact: true });
  await tab.click();
  await tab.press('Delete');
  await expect(tab).toHaveCount(0);
  await first.run('echo still-$((6 * 7))');
  await first.shows('still-42');
});
