import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { editor, file, FIRST_POST, openBlog } from './support/ide.ts';

/** The IDE where it does not need a running engine: files, editor, persistence, layout, accessibility. */

test.describe('the start page', () => {
  test('says what it is and opens a template', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.getByRole('link', { name: /Eleventy blog/ }).click();
    await expect(page).toHaveURL(/\/p\/eleventy-blog-/);
    await expect(page.getByRole('tree', { name: 'Files' })).toBeVisible();
  });

  test('lists recent projects and removes them', async ({ page, context }) => {
    await openBlog(page);
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
    const address = page.url();
    await page.goto('/');
    await expect(page.getByRole('link', { name: /Eleventy blog eleventy-blog-/ })).toBeVisible();
    // Not while a tab has it open, which would keep nothing any more.
    const other = await context.newPage();
    await other.goto(address);
    await expect(other.getByRole('tree', { name: 'Files' })).toBeVisible();
    await expect(other.getByText('saved', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Remove Eleventy blog' }).click();
    await page.getByRole('button', { name: 'Remove for good' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'It is open in another tab.' })).toBeVisible();
    await other.close();
    await page.getByRole('button', { name: 'Remove for good' }).click();
    await expect(page.getByText('Your projects will be listed here')).toBeVisible();
  });

  test('imports a zip, and nothing of it lands outside of the project', async ({ page }) => {
    await page.goto('/');
    const zip = zipSync({
      'site/package.json': strToU8('{"scripts":{}}'),
      'site/index.md': strToU8('# Imported'),
      'site/pixel.png': Uint8Array.from(
        atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
        (character) => character.charCodeAt(0),
      ),
      '../../evil.sh': strToU8('rm -rf /'),
    });
    await page.getByLabel('Zip to import').setInputFiles({ name: 'site.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
    await expect(page).toHaveURL(/\/p\/site-/);
    await expect(editor(page, 'index.md')).toContainText('Imported');
    await expect(page.getByRole('treeitem')).toHaveCount(3);
    await file(page, 'pixel.png').click();
    await expect(page.getByRole('img', { name: 'pixel.png' })).toBeVisible();
  });

  test('imports a folder with what is in it, and leaves out what is installed again', async ({ page }) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'import-')), 'my site');
    const pixel = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff]);
    const files = {
      'package.json': '{"scripts":{}}',
      'index.md': '# A folder',
      'posts/deep/down.md': 'deep down',
      'posts/Grüße & co.md': 'greetings',
      'img/pixel.bin': pixel,
      '.gitignore': 'dist\n',
      'node_modules/left/index.js': 'left out',
      '.git/HEAD': 'ref: refs/heads/main',
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    try {
      await page.goto('/');
      await page.getByLabel('Folder to import').setInputFiles(folder);
      await expect(page).toHaveURL(/\/p\/my-site-/);
      await expect(editor(page, 'index.md')).toContainText('A folder');
      for (const [name, parts] of [
        ['down.md', ['posts', 'deep']],
        ['Grüße & co.md', []],
        ['pixel.bin', ['img']],
      ] as const) {
        for (const part of parts) await file(page, part).click();
        await expect(file(page, name)).toBeVisible();
      }
      await file(page, 'down.md').click();
      await expect(editor(page, 'posts/deep/down.md')).toContainText('deep down');
      await file(page, '.gitignore').click();
      await expect(editor(page, '.gitignore')).toContainText('dist');
      for (const name of ['node_modules', '.git']) await expect(file(page, name)).toHaveCount(0);
      await page.getByRole('button', { name: 'my site' }).click();
      await page.getByRole('menuitem', { name: 'Download as zip' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download zip' }).click();
      const zip = unzipSync(readFileSync(await (await download).path()));
      expect(
        Object.keys(zip)
          .map((path) => path.replace(/^[^/]*\//, ''))
          .filter((path) => path !== '' && !path.endsWith('/'))
          .sort(),
      ).toEqual(
        Object.keys(files)
          .filter((path) => !/^(?:node_modules|\.git)\//.test(path))
          .sort(),
      );
      expect(Buffer.from(Object.entries(zip).find(([path]) => path.endsWith('pixel.bin'))?.[1] ?? [])).toEqual(pixel);
    } finally {
      rmSync(dirname(folder), { recursive: true, force: true });
    }
  });

  test('refuses what is no zip', async ({ page }) => {
    await page.goto('/');
    await page.getByLabel('Zip to import').setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') });
    await expect(page.getByText('“x.zip” is not a zip that can be read')).toBeVisible();
  });
});

test.describe('the first paint', () => {
  test('has the real tree before any script runs', async ({ browser, baseURL }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL !== undefined && { baseURL }) });
    const page = await context.newPage();
    await page.goto('/new/eleventy-blog');
    for (const name of ['posts', 'first-strawberries.md', 'package.json']) await expect(file(page, name)).toBeVisible();
    await expect(page.getByRole('tab', { name: 'first-strawberries.md' })).toBeVisible();
    for (const name of ['Share', 'Prebuild', 'Deploy']) await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Progress' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Terminal' })).toBeVisible();
    await context.close();
  });
});

test.describe('the editor', () => {
  test('keeps undo across tab switches and marks no file after saving', async ({ page }) => {
    await openBlog(page);
    const post = editor(page, 'posts/first-strawberries.md');
    await post.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('typed here');
    await expect(post).toContainText('typed here---');
    await file(page, 'index.njk').click();
    await expect(editor(page, 'index.njk')).toContainText('collections.posts');
    await page.getByRole('tab', { name: 'first-strawberries.md' }).click();
    await expect(post).toContainText('typed here');
    await post.click();
    await page.keyboard.press('Control+z');
    await expect(post).not.toContainText('typed here');
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
  });

  test('formats with Prettier', async ({ page }) => {
    await openBlog(page);
    await file(page, 'package.json').click();
    const manifest = editor(page, 'package.json');
    await manifest.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"name":"x","scripts":{"build":"eleventy"}}');
    await page.keyboard.press('Shift+Alt+F');
    await expect(manifest).toContainText('"scripts": { "build": "eleventy" }');
  });

  test('closes tabs by the keyboard', async ({ page }) => {
    await openBlog(page);
    await file(page, 'index.njk').click();
    const tab = page.getByRole('tab', { name: 'index.njk' });
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    await tab.press('Delete');
    await expect(tab).toHaveCount(0);
    await expect(page.getByRole('tab', { name: 'first-strawberries.md' })).toHaveAttribute('aria-selected', 'true');
  });
});

test.describe('the file tree', () => {
  test('creates, renames, moves by name, and deletes with a way back', async ({ page }) => {
    await openBlog(page);
    await file(page, 'package.json').click();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('textbox', { name: 'Name of the new file' }).fill('notes/today.md');
    await page.keyboard.press('Enter');
    await expect(editor(page, 'notes/today.md')).toBeVisible();
    await expect(file(page, 'today.md')).toBeVisible();

    await file(page, 'today.md').press('F2');
    await page.getByRole('textbox', { name: 'New name of today.md' }).fill('tomorrow.md');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('tab', { name: 'tomorrow.md' })).toBeVisible();

    await file(page, 'tomorrow.md').press('Delete');
    await expect(file(page, 'tomorrow.md')).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(file(page, 'tomorrow.md')).toBeVisible();
  });

  test('leaves the focus where it went after a rename', async ({ page }) => {
    await openBlog(page);
    await file(page, 'about.md').press('F2');
    await page.getByRole('textbox', { name: 'New name of about.md' }).fill('hello.md');
    await page.keyboard.press('Enter');
    // In the same moment, before the new row is there.
    await editor(page, FIRST_POST).focus();
    await expect(file(page, 'hello.md')).toBeVisible();
    // Longer than the tree waits for a row.
    await page.waitForTimeout(700);
    await expect(editor(page, FIRST_POST)).toBeFocused();
    // And takes it where it went nowhere.
    await file(page, 'hello.md').press('F2');
    await page.getByRole('textbox', { name: 'New name of hello.md' }).fill('about.md');
    await page.keyboard.press('Enter');
    await expect(file(page, 'about.md')).toBeFocused();
  });

  test('creates folders and renames from the context menu', async ({ page }) => {
    await openBlog(page);
    await file(page, 'img').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'New folder' }).click();
    await page.getByRole('textbox', { name: 'Name of the new folder' }).fill('icons');
    await page.keyboard.press('Enter');
    await expect(file(page, 'icons')).toBeVisible();
    await file(page, 'icons').click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Rename/ }).click();
    await page.getByRole('textbox', { name: 'New name of icons' }).fill('marks');
    await page.keyboard.press('Enter');
    await expect(file(page, 'marks')).toBeVisible();
    await page.reload();
    await file(page, 'img').click();
    await expect(file(page, 'marks')).toBeVisible();
  });

  test('says why a name cannot be taken', async ({ page }) => {
    await openBlog(page);
    await file(page, 'package.json').click();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('textbox', { name: 'Name of the new file' }).fill('../outside.md');
    await page.keyboard.press('Enter');
    await expect(page.getByText('The path leaves the project.').first()).toBeVisible();
  });

  test('is walked by the keyboard', async ({ page }) => {
    await openBlog(page);
    await file(page, 'first-strawberries.md').focus();
    await page.keyboard.press('ArrowDown');
    await expect(file(page, 'marmalade-in-november.md')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(editor(page, 'posts/marmalade-in-november.md')).toBeVisible();
    await file(page, 'posts').press('ArrowLeft');
    await expect(file(page, 'marmalade-in-november.md')).toHaveCount(0);
  });
});

test.describe('persistence', () => {
  test('brings every edit back after a reload', async ({ page }) => {
    await openBlog(page);
    await editor(page, 'posts/first-strawberries.md').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('The last thing typed.');
    // The promise is about what was typed more than 300 ms before.
    await page.waitForTimeout(300);
    await page.reload();
    await expect(editor(page, 'posts/first-strawberries.md')).toContainText('The last thing typed.');
  });

  test('says when a project is not in this browser', async ({ page }) => {
    await page.goto('/p/never-made-abc123');
    await expect(page.getByRole('heading', { name: 'This project is not in this browser' })).toBeVisible();
    await page.getByRole('link', { name: 'See all projects' }).click();
    await expect(page).toHaveURL('/');
  });

  test('has one writer: a second tab reads until it takes over', async ({ page, context }) => {
    await openBlog(page);
    await expect(page.getByText('saved', { exact: true })).toBeVisible();
    const second = await context.newPage();
    await second.goto(page.url());
    await expect(second.getByText('Open in another tab.')).toBeVisible();
    await expect(second.getByText('read-only', { exact: true })).toBeVisible();
    await editor(page, 'posts/first-strawberries.md').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('Typed in the first tab.');
    await second.getByRole('button', { name: 'Edit here' }).click();
    await expect(page.getByText('Open in another tab.')).toBeVisible();
    await expect(second.getByText('Open in another tab.')).toHaveCount(0);
    await expect(editor(second, 'posts/first-strawberries.md')).toContainText('Typed in the first tab.');
    await editor(second, 'posts/first-strawberries.md').click();
    await second.keyboard.press('Control+Home');
    await second.keyboard.type('And in the second.');
    await second.waitForTimeout(300);
    await second.close();
    // The writer is gone: the first tab is the writer again, with what was typed elsewhere.
    await expect(page.getByText('Open in another tab.')).toHaveCount(0);
    await expect(editor(page, 'posts/first-strawberries.md')).toContainText('And in the second.');
  });
});

test.describe('the palette', () => {
  test('opens files and runs commands', async ({ page }) => {
    await openBlog(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search files and run commands' }).fill('basenjk');
    await page.keyboard.press('Enter');
    await expect(editor(page, '_includes/base.njk')).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search files and run commands' }).fill('theme dark');
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });

  test('finds text in all files', async ({ page }) => {
    await openBlog(page);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search in all files' }).fill('marmelo');
    await expect(page.getByText('1 line in 1 file')).toBeVisible();
    await page.getByRole('button', { name: /marmelo/ }).click();
    await expect(editor(page, 'posts/marmalade-in-november.md')).toBeFocused();
  });
});

test.describe('panels', () => {
  test('close, and stay closed after a reload', async ({ page }) => {
    await openBlog(page);
    await page.getByRole('button', { name: 'Hide the terminal' }).click();
    await expect(page.getByRole('region', { name: 'Terminal' })).toBeHidden();
    await page.reload();
    await expect(page.getByRole('tree', { name: 'Files' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Terminal' })).toBeHidden();
  });

  test('are shown one at a time on a narrow screen', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openBlog(page);
    await expect(page.getByRole('tree', { name: 'Files' })).toBeHidden();
    await page.getByRole('navigation', { name: 'Panel' }).getByRole('button', { name: 'Files' }).click();
    await file(page, 'about.md').click();
    await expect(editor(page, 'about.md')).toBeVisible();
    await page.getByRole('navigation', { name: 'Panel' }).getByRole('button', { name: 'Terminal' }).click();
    await expect(page.getByRole('region', { name: 'Terminal' })).toBeVisible();
    await expect(editor(page, 'about.md')).toBeHidden();
  });
});

test.describe('export', () => {
  test('Share hands the project over as a zip', async ({ page }) => {
    await openBlog(page);
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download zip' }).click();
    expect((await download).suggestedFilename()).toBe('eleventy-blog.zip');
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`accessibility, ${colorScheme}`, () => {
    test.use({ colorScheme });
    for (const [name, path] of [
      ['start page', '/'],
      ['IDE', '/new/eleventy-blog'],
    ] as const) {
      test(`axe finds nothing on the ${name}`, async ({ page }) => {
        await page.goto(path);
        if (path !== '/') await expect(editor(page, 'posts/first-strawberries.md')).toBeVisible();
        // The preview is the user's own page.
        const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
      });
    }
  });
}
