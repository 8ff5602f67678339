import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Frame, type Page } from '@playwright/test';
import { editor, IDLE, manifest, openProject, PROCESS_TIMEOUT } from './support/ide.ts';
import { vendorHost, type Asked } from './support/vendor-host.ts';

/** The vendor's hosted engine through the same code: what the unmodified client says on the wire. The vendor's server cannot be asked from a test. */

const VENDOR = 'https://stackblitz.com';
const KEY = 'wc_api_test-key';

let server: ChildProcess;
let origin = '';
let data = '';

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

test.beforeAll(async () => {
  const port = await freePort();
  data = mkdtempSync(join(tmpdir(), 'hosted-'));
  origin = `http://jampot.localhost:${port}`;
  server = spawn(process.execPath, ['scripts/start.mjs'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      JAMPOT_BASE_URL: origin,
      JAMPOT_DATA: data,
      JAMPOT_ENGINE: 'hosted',
      JAMPOT_ENGINE_API_KEY: KEY,
    },
  });
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/api/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);
});

test.afterAll(() => {
  server.kill();
  rmSync(data, { recursive: true, force: true });
});

async function answerAsVendor(page: Page): Promise<void> {
  await page.route(`${VENDOR}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'cross-origin' },
      body: `<!doctype html><script>(${vendorHost.toString()})()</script>`,
    }),
  );
}

const vendorFrame = (page: Page): Frame => {
  const frame = page.frames().find((each) => each.url().startsWith(VENDOR));
  if (frame === undefined) throw new Error('The client has made no frame of the vendor.');
  return frame;
};
const asked = (page: Page): Promise<Asked[]> => vendorFrame(page).evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked);

test('boots the vendor’s engine with the key, mounts the project and runs its dev script', async ({ page }) => {
  await answerAsVendor(page);
  await openProject(page, { 'package.json': manifest({ dev: IDLE }), 'index.md': '# Hosted' }, origin);
  await expect(page.getByRole('tree', { name: 'Files' }).getByRole('treeitem')).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Terminal' })).toContainText('the vendor runs', { timeout: PROCESS_TIMEOUT });

  const url = new URL(vendorFrame(page).url());
  expect(url.pathname).toBe('/headless');
  expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: KEY, coep: 'require-corp', version: '1.6.4' });
  const conversation = await asked(page);
  expect(conversation[0]).toEqual({
    of: 'server',
    type: 2,
    path: ['build'],
    values: [{ host: new URL(origin).host, version: '1.6.4', workdirName: 'project', forwardPreviewErrors: 'exceptions-only' }],
  });
  const calls = (of: string, method: string): Asked[] =>
    conversation.filter((each) => each.of === of && each.type === 2 && each.path.join('.') === method);
  for (const method of ['fs', 'previewScript', 'runtimeInfo']) expect(calls('instance', method)).toHaveLength(1);
  expect(calls('instance', 'loadFiles')[0]?.values[0]).toBe('bytes');
  const events = calls('instance', 'on').map(({ values }) => values);
  for (const event of ['port', 'server-ready', 'error']) expect(events).toContainEqual([event, 'proxy']);
  const runs = calls('instance', 'run').map(({ values }) => values);
  expect(runs).toContainEqual([
    expect.objectContaining({
      command: 'npm',
      args: ['run', 'dev'],
      terminal: expect.objectContaining({ cols: expect.any(Number), rows: expect.any(Number) }),
    }),
    undefined,
    undefined,
    'proxy',
  ]);
});

test('sends edits to the vendor’s engine as to its own', async ({ page }) => {
  await answerAsVendor(page);
  await openProject(page, { 'package.json': manifest({ dev: IDLE }), 'index.md': '# Hosted' }, origin);
  await expect(page.getByRole('region', { name: 'Terminal' })).toContainText('the vendor runs', { timeout: PROCESS_TIMEOUT });
  await editor(page, 'index.md').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' and edited');
  const written = async (): Promise<unknown> => {
    const writes = (await asked(page)).filter(({ of, path }) => of === 'fs' && path.join('.') === 'writeFile');
    return writes.at(-1)?.values.slice(0, 2);
  };
  await expect.poll(written).toEqual(['index.md', '# Hosted and edited']);
});
