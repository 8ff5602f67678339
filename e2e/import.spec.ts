/** A folder of the disk becomes a project: what was chosen is in tree, editor and engine, byte for byte. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { devServerRuns, editor, file, IDLE, manifest, openTerminal } from './support/ide.ts';
import { expect, test } from './support/test.ts';

test.use({ viewport: { width: 1440, height: 1200 } });

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

const SERVER = `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => response.end(readFileSync('pages/über uns/index.html'))).listen(8080);
`;

/** Prints every file of the project with the beginning of its hash. */
const LIST = `import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
const files = readdirSync('.', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const list = files.map(({ parentPath, name }) => {
  const path = parentPath + '/' + name;
  return '<' + path.replace(/^[.][/]/, '') + ' ' + createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 8) + '>';
});
// On one line: a terminal shows its last few.
console.log(list.join('') + files.length + ' files');
`;

/** A folder as people have them, with what is installed and built again left lying about. */
const SITE: Readonly<Record<string, string | Uint8Array>> = {
  'package.json': manifest({ dev: 'node server.mjs' }),
  'server.mjs': SERVER,
  'list.mjs': LIST,
  'index.md': '# From a folder\n',
  'pages/über uns/index.html': '<!doctype html><meta charset="utf-8"><h1>Grüße aus dem Ordner</h1>',
  'pages/über uns/tief/er/am-tiefsten.md': 'ganz unten\n',
  'img/pixel.png': PIXEL,
  'img/every-byte.bin': Uint8Array.from({ length: 1024 }, (_, index) => index % 256),
  '.eleventyignore': 'README.md\n',
  'empty.txt': '',
  'node_modules/left-out/index.js': 'throw new Error("node_modules came along")\n',
  'pages/node_modules/left-out/index.js': 'throw new Error("node_modules came along")\n',
  '.git/HEAD': 'ref: refs/heads/main\n',
};
const BROUGHT = Object.keys(SITE).filter((path) => !/(?:^|\/)(?:node_modules|\.git)\//.test(path));

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function makeFolder(name: string, files: Readonly<Record<string, string | Uint8Array>>): { path: string; remove: () => void } {
  const top = mkdtempSync(join(tmpdir(), 'import-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, name, path)), { recursive: true });
    writeFileSync(join(top, name, path), content);
  }
  return { path: join(top, name), remove: () => rmSync(top, { recursive: true, force: true }) };
}

test('a folder with folders, bytes and packages becomes a project that runs', async ({ page }) => {
  const folder = makeFolder('my site', SITE);
  try {
    await page.goto('/');
    await page.getByLabel('Folder to import').setInputFiles(folder.path);
    await expect(page).toHaveURL(/\/p\/my-site-[a-z0-9]+$/);
  } finally {
    folder.remove();
  }

  await test.step('the tree shows it, and the editor opens it', async () => {
    await file(page, 'index.md').click();
    await expect(editor(page, 'index.md')).toContainText('From a folder');
    await file(page, 'img').click();
    await file(page, 'pixel.png').click();
    await expect(page.getByRole('img', { name: 'pixel.png' })).toBeVisible();
  });

  await test.step('the engine has the same bytes, and nothing else', async () => {
    await devServerRuns(page);
    const terminal = await openTerminal(page);
    await terminal.run('node list.mjs');
    await terminal.shows(`${BROUGHT.length} files`);
    for (const path of BROUGHT) await terminal.shows(`<${path} ${sha256(SITE[path] ?? '').slice(0, 8)}>`);
  });

  await test.step('its dev server is in the preview', async () => {
    await expect(page.frameLocator('iframe[title="Preview"]').getByRole('heading', { name: 'Grüße aus dem Ordner' })).toBeVisible();
  });

  await test.step('it is there again after a reload', async () => {
    await page.reload();
    await expect(file(page, 'index.md')).toBeVisible();
    await file(page, 'index.md').click();
    await expect(editor(page, 'index.md')).toContainText('From a folder');
  });
});

test('a folder chosen before the page’s code has come is imported all the same', async ({ page }) => {
  const folder = makeFolder('early', { 'package.json': manifest({ dev: IDLE }), 'posts/a.md': 'early bird' });
  const scripts: Array<() => void> = [];
  let isHeld = true;
  await page.route('**/*.js', async (route) => {
    if (isHeld) await new Promise<void>((resolve) => scripts.push(resolve));
    await route.continue();
  });
  try {
    await page.goto('/', { waitUntil: 'commit' });
    await page.getByLabel('Folder to import').setInputFiles(folder.path);
    isHeld = false;
    for (const release of scripts) release();
    await expect(page).toHaveURL(/\/p\/early-[a-z0-9]+$/);
    await expect(file(page, 'posts')).toBeVisible();
  } finally {
    folder.remove();
  }
});

test('a folder of nothing but packages is refused, and another can be chosen after it', async ({ page }) => {
  const folder = makeFolder('packages', { 'node_modules/x/index.js': 'x' });
  try {
    await page.goto('/');
    await page.getByLabel('Folder to import').setInputFiles(folder.path);
    await expect(page.getByText('There is no file in it that a project could use.')).toBeVisible();
    // Browsers tell of a choice that differs from the one before: none may be left.
    await expect(page.getByLabel('Folder to import')).toHaveValue('');
    mkdirSync(join(folder.path, 'src'));
    writeFileSync(join(folder.path, 'src/index.md'), 'now there is one');
    await page.getByLabel('Folder to import').setInputFiles(folder.path);
    await expect(page).toHaveURL(/\/p\/packages-[a-z0-9]+$/);
  } finally {
    folder.remove();
  }
});
