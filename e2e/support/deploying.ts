/** A small site and the deploy panel, as people use it. */
import type { Locator, Page } from '@playwright/test';
import { IDLE, INSTALL_TIMEOUT, manifest, openProject, progress } from './ide.ts';
import { expect } from './test.ts';

/** A generator without packages: makes pages and some bytes that are no text in `_site`, and copies `public` there. */
const BUILD = `
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
rmSync('_site', { recursive: true, force: true });
mkdirSync('_site/img', { recursive: true });
for (const name of readdirSync('pages')) {
  const folder = name === 'home.md' ? '_site' : '_site/' + name.replace('.md', '');
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/index.html', '<!doctype html><title>Pots</title><h1>' + readFileSync('pages/' + name, 'utf8').trim() + '</h1>');
}
writeFileSync('_site/img/pixel.png', Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) % 256));
writeFileSync('_site/style.css', 'h1 { color: crimson }');
if (existsSync('public')) cpSync('public', '_site', { recursive: true });
`;

/** Builds to four files. */
export const SITE = {
  'package.json': manifest({ dev: IDLE, build: 'node build.mjs' }),
  'build.mjs': BUILD,
  'pages/home.md': 'The first pot',
  'pages/about.md': 'About pots',
  'index.md': 'notes',
};

export const panel = (page: Page): Locator => page.getByRole('dialog', { name: 'Deploy' });
export const current = (page: Page): Locator => panel(page).getByRole('region', { name: 'This deploy' });
/** A past deploy, by its message. */
export const entry = (page: Page, name: string): Locator => panel(page).getByRole('listitem', { name, exact: true });

export async function openSite(page: Page, more: Readonly<Record<string, string>> = {}): Promise<void> {
  await openProject(page, { ...SITE, ...more });
  await runs(page);
}

/** Waits until the project can be built. */
export const runs = (page: Page): Promise<void> =>
  expect(progress(page)).toContainText(/Running “npm run dev”|Serving/, { timeout: INSTALL_TIMEOUT });

export const openPanel = (page: Page): Promise<void> =>
  page.getByRole('banner').getByRole('button', { name: 'Deploy', exact: true }).click();

export async function deploy(page: Page, message: string, button = 'Deploy site'): Promise<void> {
  await panel(page)
    .getByRole('textbox', { name: /^Message/ })
    .fill(message);
  await panel(page).getByRole('button', { name: button }).click();
}
