import { defineConfig } from '@playwright/test';
import { testAddresses } from './e2e/support/addresses.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './scripts/chromium.mjs';

const { base, port, clientPort, external } = testAddresses();
const executablePath = findChromium();

export default defineConfig({
  outputDir: 'test-results/playwright',
  // Patience for busy machines, not an assertion: a step that takes this long has failed.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // A second try tells a broken test from a machine that stalled; the report names both as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  workers: 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: {
    baseURL: base,
    // Tracing makes every step slower.
    trace: 'on-first-retry',
    launchOptions: { args: CHROMIUM_ARGUMENTS, ...(executablePath === undefined ? {} : { executablePath }) },
  },
  projects: [
    // The engine, driven through the official client.
    { name: 'browser', testDir: '.', testMatch: '{engine,lib,components}/**/*.browser.test.ts' },
    // The whole product.
    { name: 'e2e', testDir: 'e2e', testMatch: '**/*.spec.ts' },
  ],
  webServer: [
    { command: `node e2e/support/client-server.mjs ${clientPort}`, url: `http://127.0.0.1:${clientPort}/client` },
    ...(external
      ? []
      : [
          {
            command: 'node scripts/start.mjs',
            url: `http://127.0.0.1:${port}/api/health`,
            timeout: 180_000,
            env: {
              PORT: String(port),
              JAMPOT_DATA: 'generated/test-data',
              // Small, so that a project over it is no burden to the test.
              JAMPOT_SHARE_BYTES: String(3 * 2 ** 20),
              JAMPOT_EMBEDDERS: `http://127.0.0.1:* http://client.jampot.localhost:${clientPort}`,
            },
            gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 5000 },
          },
        ]),
  ],
});
