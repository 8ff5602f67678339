import { chromium } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, requireChromium } from '../scripts/chromium.mjs';

const TIMEOUT = 180_000;

/**
 * One sample: shares the blog template from one profile and opens it in another that has never been here.
 * @param {string} base the IDE's origin
 * @returns {Promise<Record<string, number>>} metric → milliseconds
 */
export async function measureShare(base) {
  const browser = await chromium.launch({ executablePath: requireChromium(), args: CHROMIUM_ARGUMENTS });
  try {
    const author = await (await browser.newContext()).newPage();
    author.setDefaultTimeout(TIMEOUT);
    await author.goto(`${base}/new/eleventy-blog`);
    await author.getByText('saved', { exact: true }).waitFor();
    await author.getByRole('button', { name: 'Share', exact: true }).click();
    await author.getByRole('button', { name: 'Create link' }).click();
    await author.getByRole('button', { name: 'Up to date' }).waitFor();
    const address = author.url();
    await author.close();

    const visitor = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    visitor.setDefaultTimeout(TIMEOUT);
    const started = performance.now();
    await visitor.goto(address);
    const editor = visitor.getByRole('textbox', { name: /^Editor: / });
    await editor.click();
    await visitor.keyboard.type('x');
    // The edit has made a copy: the editor took it.
    await visitor.waitForURL((url) => url.href !== address);
    return { 'share open to editor usable': performance.now() - started };
  } finally {
    await browser.close();
  }
}
