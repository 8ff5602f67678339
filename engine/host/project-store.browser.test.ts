/** Files survive a visit for pages of the IDE's origin, and one tab writes at a time. */
import type { BrowserContext, Page } from '@playwright/test';
import { testAddresses } from '../../e2e/support/addresses.ts';
import { expect, test } from '../../e2e/support/test.ts';

const { base, clientPort } = testAddresses();

// The client's script comes into a page of the IDE from outside.
test.use({ bypassCSP: true });

/** A page of the IDE's own origin with the official client. */
async function openOwnPage(context: BrowserContext, engine: string): Promise<Page> {
  const page = await context.newPage();
  await openClientIn(page, engine);
  return page;
}

async function openClientIn(page: Page, engine: string): Promise<void> {
  const script = await (await fetch(`http://127.0.0.1:${clientPort}/webcontainer.js`)).text();
  await page.goto(base);
  await page.addScriptTag({ content: `globalThis.WEBCONTAINER_API_IFRAME_URL = ${JSON.stringify(engine)};\n${script}` });
}

test.describe('openProjectStore', () => {
  test('brings files back after a reload', async ({ context, engineOrigin, project }) => {
    const page = await openOwnPage(context, engineOrigin(project));
    await page.evaluate(async () => {
      const container = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
      await container.mount({
        'a.txt': { file: { contents: 'kept' } },
        dir: { directory: { b: { file: { contents: Uint8Array.of(1, 2) } } } },
      });
      await container.fs.rm('a.txt');
      await container.fs.writeFile('c.txt', 'later');
      container.teardown();
      // A second boot waits for the end of the first.
      const again = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
      if ((await again.fs.readFile('c.txt', 'utf8')) !== 'later') throw new Error('the file is not there after a second boot');
      again.teardown();
      await (await webcontainer.WebContainer.boot({ coep: 'require-corp' })).fs.readdir('.');
    });
    await openClientIn(page, engineOrigin(project));
    const found = await page.evaluate(async () => {
      const container = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
      return [await container.fs.readdir('.'), [...(await container.fs.readFile('dir/b'))]];
    });
    expect(found).toEqual([
      ['c.txt', 'dir'],
      [1, 2],
    ]);
  });

  test('tells the second tab that its changes are not kept', async ({ context, engineOrigin, project }) => {
    const first = await openOwnPage(context, engineOrigin(project));
    await first.evaluate(async () => {
      const container = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
      await container.fs.writeFile('first', '1');
    });
    const second = await openOwnPage(context, engineOrigin(project));
    const problem = await second.evaluate(async () => {
      const container = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
      await container.fs.writeFile('second', '2');
      return new Promise<unknown>((resolve) => container.on('error', resolve));
    });
    expect(problem).toMatchObject({ code: 'JAMPOT_SECOND_TAB' });
  });
});
