/** What the specs do in the IDE, by the names that people and screen readers go by. */
import { type Locator, type Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import { expect } from './test.ts';

/** Longest wait for an install from the registry, in milliseconds. */
export const INSTALL_TIMEOUT = 90_000;
/** Longest wait for a process of the engine to say something, in milliseconds. */
export const PROCESS_TIMEOUT = 45_000;

export const editor = (page: Page, path: string): Locator => page.getByRole('textbox', { name: `Editor: ${path}`, exact: true });
export const file = (page: Page, name: string): Locator =>
  page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name, exact: true });
export const progress = (page: Page): Locator => page.getByRole('region', { name: 'Progress' });
/** A problem's card, wherever it is shown. */
export const problem = (page: Page, title: string | RegExp): Locator =>
  page.getByRole('group', { name: title }).filter({ visible: true }).first();

export const FIRST_POST = 'posts/first-strawberries.md';

/** Opens a new project from the blog template; its first post is in the editor. */
export async function openBlog(page: Page, origin = ''): Promise<void> {
  await page.goto(`${origin}/new/eleventy-blog`);
  await expect(page).toHaveURL(/\/p\/eleventy-blog-[a-z0-9]+$/);
  await expect(editor(page, FIRST_POST)).toContainText('The first strawberries are the smallest ones');
}

/** Imports a project made of these files and opens it. */
export async function openProject(page: Page, files: Readonly<Record<string, string>>, origin = ''): Promise<void> {
  await page.goto(`${origin}/`);
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
  await page.getByLabel('Zip to import').setInputFiles({ name: 'project.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
  await expect(page).toHaveURL(/\/p\/project-/);
  // Said once the project's scripts run: clicks count from now on.
  await expect(page.getByText('saved', { exact: true })).toBeVisible();
}

/** A package.json with these scripts. */
export const manifest = (scripts: Readonly<Record<string, string>>, dependencies: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({ name: 'p', version: '1.0.0', scripts, dependencies }, null, 2);

/** A dev script that serves nothing and stays. */
export const IDLE = 'node -e "setInterval(() => {}, 1000)"';

/** Waits until the project's dev server answers; its packages are installed by then. */
export async function devServerRuns(page: Page): Promise<void> {
  await expect(progress(page)).toContainText(/Serving on port \d+/, { timeout: INSTALL_TIMEOUT });
}

/** Types at the end of an open file. */
export async function typeAtEnd(page: Page, path: string, text: string): Promise<void> {
  await editor(page, path).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

export interface Terminal {
  /** What it shows. */
  readonly screen: Locator;
  /** Types a line and presses Enter. */
  run(line: string): Promise<void>;
  type(text: string): Promise<void>;
  press(key: string): Promise<void>;
  /** Waits for text on the screen. */
  shows(text: string | RegExp): Promise<void>;
}

/** Opens another shell and waits for its prompt. */
export async function openTerminal(page: Page): Promise<Terminal> {
  const terminals = page.getByRole('region', { name: 'Terminal' });
  const tabs = terminals.getByRole('tab');
  const before = await tabs.count();
  await terminals.getByRole('button', { name: 'New terminal' }).click();
  await expect(tabs).toHaveCount(before + 1);
  const tab = terminals.getByRole('tab', { selected: true });
  const panel = terminals.getByRole('tabpanel', { name: (await tab.innerText()).trim(), exact: true });
  const screen = panel.locator('.xterm-rows');
  const input = panel.getByRole('textbox');
  await expect(screen).toContainText('❯', { timeout: PROCESS_TIMEOUT });
  return {
    screen,
    async run(line) {
      await input.focus();
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
    },
    async type(text) {
      await input.focus();
      await page.keyboard.type(text);
    },
    async press(key) {
      await input.focus();
      await page.keyboard.press(key);
    },
    shows: (text) => expect(screen).toContainText(text, { timeout: PROCESS_TIMEOUT }),
  };
}
