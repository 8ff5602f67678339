/** Deploying from the IDE to a provider with accounts: the build in the page, the provider's proxy, and the panel. */
import { AxeBuilder } from '@axe-core/playwright';
import { createFakeNetlify } from '../lib/deploy/testing/fake-netlify.ts';
import { current, deploy, entry, openPanel, openSite, panel, runs } from './support/deploying.ts';
import { routeToFake } from './support/fake-provider.ts';
import { editor } from './support/ide.ts';
import { expect, test } from './support/test.ts';

test.describe('to Netlify', () => {
  test('with a pasted token: deploys, keeps the token locked, and shows the provider’s words when it is refused', async ({ page }) => {
    const fake = createFakeNetlify();
    await routeToFake(page, fake);
    await openSite(page);
    await openPanel(page);
    await panel(page).getByRole('radio', { name: 'Netlify' }).click();
    const token = panel(page).getByLabel('Personal access token');
    await token.fill('stolen');
    await panel(page).getByRole('button', { name: 'Use this token' }).click();
    const refused = panel(page).getByRole('group', { name: 'Can’t use this token' });
    await expect(refused).toContainText('Access Denied');
    await expect(refused).toContainText('Enter another token');
    await token.fill('fake-token');
    await panel(page).getByLabel('Keep it in this browser, encrypted with a passphrase').check();
    await panel(page).getByLabel('Passphrase', { exact: true }).fill('raspberry and rhubarb');
    await panel(page).getByRole('button', { name: 'Use this token' }).click();
    await expect(panel(page).getByText('Acts as Fake Person, fake@example.com in 1 team: Fake team')).toBeVisible();
    await deploy(page, 'To Netlify');
    await expect(current(page)).toContainText('The site is live', { timeout: 60_000 });
    await expect(current(page)).toContainText('Checked: 4 files at 2 addresses have the SHA-256 of what was built.');
    await expect(entry(page, 'To Netlify')).toContainText('live');

    // Nothing of the token is readable in the browser's stores.
    const kept = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      const texts: string[] = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
      for (const { name } of databases) {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(name ?? '');
          request.onsuccess = () => resolve(request.result);
        });
        for (const store of database.objectStoreNames) {
          const values = await new Promise<unknown[]>((resolve) => {
            const request = database.transaction(store).objectStore(store).getAll();
            request.onsuccess = () => resolve(request.result as unknown[]);
          });
          const decode = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
          texts.push(JSON.stringify(values, decode));
        }
        database.close();
      }
      return texts.join('\n');
    });
    expect(kept).not.toContain('fake-token');
    expect(kept).toContain('The first pot');

    await page.reload();
    // Clicks count from now on.
    await runs(page);
    await openPanel(page);
    await panel(page).getByLabel('Passphrase of the token').fill('wrong passphrase');
    await panel(page).getByRole('button', { name: 'Unlock' }).click();
    await expect(panel(page).getByRole('group', { name: 'Can’t unlock the token' })).toContainText('That is not the passphrase.');
    await panel(page).getByLabel('Passphrase of the token').fill('raspberry and rhubarb');
    await panel(page).getByRole('button', { name: 'Unlock' }).click();
    await expect(entry(page, 'To Netlify')).toContainText('live');
    await panel(page).getByRole('button', { name: 'Remove token' }).click();
    await expect(panel(page).getByLabel('Personal access token')).toBeVisible();
  });

  test('the server’s proxy passes on nothing without a token and nothing that is not deploying', async ({ page, base }) => {
    await page.goto('/');
    const ask = (path: string, headers: Record<string, string> = {}): Promise<{ status: number; code: string }> =>
      page.evaluate(
        async ([address, given]) => {
          const response = await fetch(address, { headers: given });
          return { status: response.status, code: ((await response.json()) as { code: string }).code };
        },
        [`${base.origin}/api/providers${path}`, headers] as const,
      );
    expect(await ask('/netlify/api/v1/user')).toEqual({ status: 401, code: 'PROVIDER_TOKEN' });
    expect(await ask('/netlify/api/v1/oauth/tickets', { authorization: 'Bearer x' })).toEqual({ status: 403, code: 'PROVIDER_CALL' });
    expect(await ask('/evil.example/api/v1/user', { authorization: 'Bearer x' })).toEqual({ status: 404, code: 'PROVIDER_UNKNOWN' });
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`accessibility, ${colorScheme}`, () => {
    test.use({ colorScheme });
    test('axe finds nothing in the panel, and the keyboard gets everywhere', async ({ page }) => {
      await routeToFake(page, createFakeNetlify());
      await openSite(page);
      await page.getByRole('banner').getByRole('button', { name: 'Deploy', exact: true }).press('Enter');
      await panel(page).getByRole('radio', { name: 'Netlify' }).press('Enter');
      await panel(page).getByLabel('Personal access token').fill('fake-token');
      await page.keyboard.press('Enter');
      await expect(panel(page).getByText('Acts as')).toBeVisible();
      const axe = async (): Promise<string[]> => {
        const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
      };
      expect(await axe()).toEqual([]);
      await panel(page)
        .getByRole('textbox', { name: /^Message/ })
        .fill('By keyboard');
      await page.keyboard.press('Enter');
      await expect(current(page)).toContainText('Checked:', { timeout: 60_000 });
      expect(await axe()).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(panel(page)).toHaveCount(0);
      await expect(page.getByRole('banner').getByRole('button', { name: 'Deploy', exact: true })).toBeFocused();
      await expect(editor(page, 'index.md')).toBeVisible();
    });
  });
}
