import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Where tests and measurements find a Chromium: JAMPOT_CHROMIUM, Playwright's own, or the system's.
 * @returns {string | undefined}
 */
export function findChromium() {
  return [process.env['JAMPOT_CHROMIUM'], chromium.executablePath(), ...CANDIDATES].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  );
}

/** The same, installing the system's package where that is possible. @returns {string} */
export function requireChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.log('No Chromium found: installing the package "chromium".');
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error('The browser tests need Chromium: run "npx playwright install chromium", or set JAMPOT_CHROMIUM to its path.');
}

/** Flags for a headless run that asks nothing of the network by itself. */
export const CHROMIUM_ARGUMENTS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];
