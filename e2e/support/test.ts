import { test as playwrightTest, type Page } from '@playwright/test';
import { engineOrigin, parseBase, previewOrigin, type Base } from '../../lib/origins.ts';
import { testAddresses } from './addresses.ts';

interface ClientPageOptions {
  /** The project whose engine the page boots; a new one by default, so that no test sees another's files. */
  readonly project?: string;
  readonly coep?: 'require-corp' | 'credentialless' | 'none';
  /**
   * Where the page is: `same-site` is a sibling of the engine, so that previews may register their service worker;
   * `loopback` (http://127.0.0.1) is another site.
   */
  readonly from?: 'same-site' | 'loopback';
}

interface Fixtures {
  /** The installation under test. */
  readonly base: Base;
  /** A project label that no other test uses. */
  readonly project: string;
  readonly engineOrigin: (project: string) => string;
  readonly previewOrigin: (project: string, port: number) => string;
  /** Opens a page whose global `webcontainer` is the unmodified `@webcontainer/api`, set up for the engine of the project. */
  readonly openClient: (options?: ClientPageOptions) => Promise<Page>;
}

const { base: origin, clientPort } = testAddresses();
const base = parseBase(origin);

export const test = playwrightTest.extend<Fixtures>({
  base: [base, { option: true }],
  project: async ({}, use, info) => {
    await use(
      `t${info.testId
        .replace(/[^a-z0-9]/gi, '')
        .toLowerCase()
        .slice(0, 24)}${info.retry}`,
    );
  },
  engineOrigin: async ({}, use) => use((project) => engineOrigin(base, project)),
  previewOrigin: async ({}, use) => use((project, port) => previewOrigin(base, project, port)),
  openClient: async ({ context, project: ownProject }, use) => {
    await use(async ({ project = ownProject, coep = 'require-corp', from = 'same-site' } = {}) => {
      const page = await context.newPage();
      const host = from === 'same-site' ? `client.${base.hostname}` : '127.0.0.1';
      const query = new URLSearchParams({ engine: engineOrigin(base, project), coep });
      await page.goto(`http://${host}:${clientPort}/client?${query}`);
      return page;
    });
  },
});

export { expect } from '@playwright/test';

declare global {
  /** In pages that `openClient` opened. */
  var webcontainer: typeof import('@webcontainer/api');
}
