/**
 * A project's code, in a process and in a preview, reads nothing of the IDE's origin: not its storage, its cookies, its pages or its API.
 * Each test puts a secret into the IDE's origin first, and checks that the IDE itself finds it.
 */
import type { BrowserContext, Frame, Page } from '@playwright/test';
import type { Base } from '../lib/origins.ts';
import { IDLE, manifest, openProject, openTerminal, PROCESS_TIMEOUT } from './support/ide.ts';
import { expect, test } from './support/test.ts';

test.use({ viewport: { width: 1440, height: 1200 } });

const SECRET = 'the-secret-of-the-ide';

/** Keeps the secret wherever an origin can keep things. */
async function plantSecret(page: Page, context: BrowserContext, base: Base): Promise<void> {
  await page.evaluate(async (secret) => {
    localStorage.setItem('secret', secret);
    sessionStorage.setItem('secret', secret);
    await new Promise<void>((resolve, reject) => {
      const open = indexedDB.open('secret', 1);
      open.onupgradeneeded = () => open.result.createObjectStore('secret').put(secret, 'secret');
      open.onsuccess = () => (open.result.close(), resolve());
      open.onerror = () => reject(open.error ?? new Error('The database did not open.'));
    });
    await (await caches.open('secret')).put('/secret', new Response(secret));
    const folder = await navigator.storage.getDirectory();
    const writer = await (await folder.getFileHandle('secret', { create: true })).createWritable();
    await writer.write(secret);
    await writer.close();
    document.cookie = `secret=${secret}; path=/`;
  }, SECRET);
  await context.addCookies([{ name: 'session', value: SECRET, url: base.origin, httpOnly: true }]);
}

/** Everything of the page's own origin that holds the secret, by name; runs in any page. */
const findSecret = async (secret: string): Promise<string[]> => {
  const found: string[] = [];
  const look = async (name: string, read: () => unknown): Promise<void> => {
    try {
      const value = await read();
      if ((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).includes(secret)) found.push(name);
    } catch {
      // Refused: that is what an isolated page gets.
    }
  };
  await look('localStorage', () => ({ ...localStorage }));
  await look('sessionStorage', () => ({ ...sessionStorage }));
  await look('cookie', () => document.cookie);
  await look('indexedDB', async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    return names.includes('secret') ? secret : '';
  });
  await look('caches', async () => (await caches.match('/secret'))?.text());
  await look('opfs', async () => (await (await (await navigator.storage.getDirectory()).getFileHandle('secret')).getFile()).text());
  return found;
};

/** What a page that is framed by the IDE, or was opened by it, tries at its surroundings. Each entry is what it got. */
const attackFrame = async ({ secret, base, hosts }: { secret: string; base: string; hosts: readonly string[] }): Promise<string[]> => {
  const leaks: string[] = [];
  const attempt = async (name: string, read: () => unknown): Promise<void> => {
    try {
      const value = await read();
      if (value !== undefined && value !== null) leaks.push(`${name}: ${String(value).slice(0, 80)}`);
    } catch {
      // Refused.
    }
  };
  for (const [name, other] of [
    ['parent', parent],
    ['top', top],
    ['opener', opener],
  ] as const) {
    if (other === null || other === window) continue;
    await attempt(`${name}.document`, () => (other as Window).document);
    await attempt(`${name}.localStorage`, () => (other as Window).localStorage);
    await attempt(`${name}.location.href`, () => (other as Window).location.href);
    for (let index = 0; index < (other as Window).length; index += 1) {
      const sibling = (other as Window)[index];
      if (sibling !== window) await attempt(`${name}[${index}].document`, () => sibling?.document);
    }
  }
  for (const host of hosts) {
    for (const path of ['/api/health', '/api/registry/left-pad', '/', '/p/any', '/templates/eleventy-blog/files']) {
      for (const credentials of ['include', 'omit'] as const) {
        await attempt(`fetch ${host}${path} ${credentials}`, async () => {
          const answer = await fetch(`${host}${path}`, { credentials });
          return `${answer.status} ${await answer.text()}`;
        });
      }
    }
  }
  // The IDE cannot be framed by what it frames.
  await attempt('frame of the IDE', async () => {
    const frame = document.createElement('iframe');
    frame.src = base;
    document.body.append(frame);
    await new Promise((resolve) => {
      frame.onload = resolve;
      setTimeout(resolve, 1500);
    });
    return frame.contentDocument?.documentElement.outerHTML.includes(secret) === true ? 'its document' : undefined;
  });
  // A cookie for the parent domain would be sent to the IDE.
  document.cookie = `forged=1; domain=${new URL(base).hostname}; path=/`;
  return leaks;
};

const PAGE = '<!doctype html><title>guest</title><h1>guest</h1>';
const SERVER = `require('node:http').createServer((request, response) => {
  response.setHeader('content-type', 'text/html');
  if (request.url === '/cookies') response.end(JSON.stringify(request.headers));
  else response.end(${JSON.stringify(PAGE)});
}).listen(8080);`;

test.describe('a process', () => {
  test('has no storage, no page, and no credentials of the IDE', async ({ page, context, base, engineOrigin }) => {
    await openProject(page, {
      'package.json': manifest({ dev: IDLE }),
      'attack.mjs': `
        const names = ['indexedDB', 'caches', 'localStorage', 'sessionStorage', 'document', 'window', 'self', 'parent', 'top', 'cookieStore', 'importScripts',
          'XMLHttpRequest', 'Worker', 'SharedWorker', 'ServiceWorker', 'postMessage', 'onmessage', 'location', 'registration', 'clients', 'close', 'WorkerGlobalScope'];
        const there = names.filter((name) => {
          try { return globalThis[name] !== undefined && globalThis[name] !== null; } catch { return true; }
        });
        const leaks = names
          .filter((name) => {
            try { return globalThis[name] !== undefined && globalThis[name] !== null; } catch { return true; }
          })
          .map((name) => 'global ' + name);
        // Ways around names that were taken away: the realm's own global object, however it is reached.
        const AsyncFunction = (async () => {}).constructor;
        for (const root of [Function('return this')(), (0, eval)('this'), await new AsyncFunction('return this')()]) {
          for (let at = root; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
            for (const name of ['indexedDB', 'caches', 'importScripts', 'XMLHttpRequest', 'Worker', 'postMessage']) {
              try { if (at[name] !== undefined) leaks.push('hidden ' + name); } catch { leaks.push('hidden ' + name + ', refused'); }
            }
          }
        }
        if (globalThis.navigator?.storage !== undefined) leaks.push('navigator.storage');
        for (const path of ['/', '/api/registry/left-pad', '/api/health', '/p/any', '/templates/eleventy-blog/files']) {
          for (const credentials of ['include', 'omit']) {
            try {
              const answer = await fetch(${JSON.stringify(base.origin)} + path, { credentials });
              leaks.push('fetched ' + path + ' ' + answer.status);
            } catch {
              // Refused.
            }
          }
        }
        console.log('leaks:' + JSON.stringify([...new Set(leaks)]));
        console.log('attack over');`,
    });
    await plantSecret(page, context, base);
    expect(await page.evaluate(findSecret, SECRET)).toEqual(['localStorage', 'sessionStorage', 'cookie', 'indexedDB', 'caches', 'opfs']);
    const terminal = await openTerminal(page);
    await terminal.run('node attack.mjs');
    await terminal.shows('attack over');
    await expect(terminal.screen).toContainText('leaks:[]');
    // What a program could reach if it got its worker’s own scope back is the engine’s origin, which holds nothing of the IDE.
    const engine = page.frames().find((frame) => frame.url().startsWith(engineOrigin(new URL(page.url()).pathname.split('/')[2] ?? '')));
    expect(await engine?.evaluate(findSecret, SECRET)).toEqual([]);
    expect(await engine?.evaluate(attackFrame, { secret: SECRET, base: base.origin, hosts: [base.origin] })).toEqual([]);
  });
});

test.describe('a preview', () => {
  const leaksOf = async (target: Page | Frame, base: Base, others: readonly string[]): Promise<string[]> => [
    ...(await target.evaluate(findSecret, SECRET)),
    ...(await target.evaluate(attackFrame, { secret: SECRET, base: base.origin, hosts: [base.origin, ...others] })),
  ];

  test('reads nothing of the IDE or the engine, in its frame and in a tab of its own', async ({
    page,
    context,
    base,
    engineOrigin,
    previewOrigin,
  }) => {
    await openProject(page, { 'package.json': manifest({ dev: 'node server.js' }), 'server.js': SERVER });
    await plantSecret(page, context, base);
    expect(await page.evaluate(findSecret, SECRET)).toContain('indexedDB');
    await expect(page.frameLocator('iframe[title=Preview]').getByRole('heading', { name: 'guest' })).toBeVisible({
      timeout: PROCESS_TIMEOUT,
    });
    const project = new URL(page.url()).pathname.split('/')[2] ?? '';
    const origin = previewOrigin(project, 8080);
    const frame = page
      .mainFrame()
      .childFrames()
      .find((one) => one.url().startsWith(origin));
    if (frame === undefined) throw new Error('There is no frame of the preview.');
    const others = [engineOrigin(project), engineOrigin('another')];
    expect(await leaksOf(frame, base, others)).toEqual([]);
    // Its requests carry none of the IDE's cookies to the project's server either.
    expect(await frame.evaluate(async () => (await fetch('/cookies')).text())).not.toContain(SECRET);

    const tab = await context.newPage();
    await tab.goto(origin);
    await expect(tab.getByRole('heading', { name: 'guest' })).toBeVisible({ timeout: PROCESS_TIMEOUT });
    expect(await leaksOf(tab, base, others)).toEqual([]);
    // The secret is still the IDE's.
    expect(await page.evaluate(findSecret, SECRET)).toContain('localStorage');
  });

  test('has an origin of its own on every port and project', async ({ page, base, previewOrigin }) => {
    await page.goto(`${previewOrigin('one', 80)}/__jampot/bridge`);
    await page.evaluate((secret) => localStorage.setItem('secret', secret), SECRET);
    for (const origin of [previewOrigin('one', 81), previewOrigin('two', 80)]) {
      await page.goto(`${origin}/__jampot/bridge`);
      expect(await page.evaluate(findSecret, SECRET)).toEqual([]);
      // Ports of one project may speak with each other; their worker answers what is not open.
      const hosts = [base.origin, ...(origin === previewOrigin('one', 81) ? [] : [previewOrigin('one', 80)])];
      expect(await page.evaluate(attackFrame, { secret: SECRET, base: base.origin, hosts })).toEqual([]);
    }
  });
});
