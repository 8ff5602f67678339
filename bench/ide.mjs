import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, requireChromium } from '../scripts/chromium.mjs';

/** Highest accepted milliseconds. @type {Readonly<Record<string, number>>} */
export const IDE_BARS = { 'second visit to preview': 3000, 'edit to preview updated': 400 };

const TIMEOUT = 180_000;
/** What the blog's front page says (templates/eleventy-blog/_data). */
const HEADLINE = 'Notes on fruit, sugar and patience.';

/**
 * One sample of what a person waits for, in a browser that has never been here.
 * @param {string} base the IDE's origin
 * @returns {Promise<Record<string, number>>} metric → milliseconds
 */
export async function measureIde(base) {
  // Pages are tabs of one window here, as a person's are. In contexts made one by one each page gets a window of its own, and since Chromium 156
  // that starts a process for the window's own address bar, which costs more than a second on two cores.
  const profile = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: requireChromium(),
    args: CHROMIUM_ARGUMENTS,
    viewport: { width: 1440, height: 900 },
  });
  try {
    context.setDefaultTimeout(TIMEOUT);
    const page = await context.newPage();
    await page.goto(base);
    /** @type {Record<string, number>} */
    const result = {};
    const started = performance.now();
    await page.getByRole('link', { name: /Eleventy blog/ }).click();
    await page.getByRole('textbox', { name: /^Editor: / }).waitFor();
    result['click to editor usable'] = performance.now() - started;
    await previewHeadline(page).waitFor();
    result['click to first preview'] = performance.now() - started;

    await page.getByRole('treeitem', { name: 'index.njk' }).click();
    const editor = page.getByRole('textbox', { name: 'Editor: index.njk' });
    await editor.click();
    await page.keyboard.press('ControlOrMeta+End');
    const mark = `edit ${Date.now()}`;
    await page.keyboard.insertText(`<p>${mark}</p>`);
    const edited = performance.now();
    await page.frameLocator('iframe[title="Preview"]').getByText(mark).waitFor();
    result['edit to preview updated'] = performance.now() - edited;

    const address = page.url();
    await page.close();
    const second = await context.newPage();
    const returned = performance.now();
    await second.goto(address);
    await previewHeadline(second).waitFor();
    result['second visit to preview'] = performance.now() - returned;
    return result;
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** @param {import('@playwright/test').Page} page */
function previewHeadline(page) {
  return page.frameLocator('iframe[title="Preview"]').getByRole('heading', { name: HEADLINE });
}
