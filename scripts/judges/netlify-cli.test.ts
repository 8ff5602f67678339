/**
 * Netlify's own command-line client judges the edge: it deploys to a server of ours in a process of its own, and what it has deployed is fetched. It asks nobody
 * else: NETLIFY_API_URL names the server on this machine, and connections to others are refused (loopback-only.mjs). Needs the npm registry once (install.mjs).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installJudge } from './install.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds; installing takes most of it. */
const PATIENCE = 600_000;
const KEY = 'judge-'.repeat(8);

let cli: string;
let server: ChildProcess;
let port: number;
let folder: string;

beforeAll(async () => {
  cli = join(installJudge(ROOT, 'netlify-cli'), 'node_modules/netlify-cli/bin/run.js');
  folder = mkdtempSync(join(tmpdir(), 'netlify-cli-'));
  port = await freePort();
  const program = join(ROOT, 'lib/server/edge/testing/edge-server.ts');
  server = spawn(process.execPath, [program, join(folder, 'data'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, JAMPOT_BASE_URL: `http://jampot.localhost:${port}` },
  });
  await once(server.stdout as NodeJS.ReadableStream, 'data');
}, PATIENCE);

afterAll(() => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** What a run of the client printed, its progress left out. */
async function netlify(
  args: readonly string[],
  { key = KEY, fails = false }: { key?: string | null; fails?: boolean } = {},
): Promise<string> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      HOME: home,
      XDG_CONFIG_HOME: home,
      CI: '1',
      NO_COLOR: '1',
      NETLIFY_API_URL: `http://127.0.0.1:${port}`,
      ...(key !== null && { NETLIFY_AUTH_TOKEN: key }),
      NODE_OPTIONS: `--import=${new URL('loopback-only.mjs', import.meta.url).href}`,
    },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code] = (await once(child, 'close')) as [number];
  expect([code, printed]).toEqual([fails ? 1 : 0, printed]);
  // It asks its maker's other services, too, and goes on without them.
  return printed.replace(/^loopback-only:.*\n/gm, '');
}

function writeSite(name: string, files: Readonly<Record<string, string>>): string {
  const site = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), content);
  }
  return site;
}

/** Asks this machine under a deployed site's name. */
function page(
  url: string,
  path = '/',
): Promise<{ status: number; body: string; location: string | undefined; header: (name: string) => unknown }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers: { host: new URL(url).host } });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, location: response.headers.location, header: (name) => response.headers[name] }),
      );
    });
    request.on('error', reject).end();
  });
}

const urlIn = (text: string, before: string): string =>
  new RegExp(`^${before}:?\\s+<?(http[^\\s>]+)`, 'm').exec(text)?.[1] ?? `no address after “${before}” in:\n${text}`;
const jsonIn = (text: string): Record<string, string> => JSON.parse(/\{[\s\S]*\}/.exec(text)?.[0] ?? 'null') as Record<string, string>;

describe('Netlify’s own client', { timeout: PATIENCE }, () => {
  const first = {
    'index.html': '<h1>First</h1>',
    'about/index.html': 'About',
    'ü ö.html': 'Umlauts',
    _redirects: '/old/* /about/:splat 302\n',
    _headers: '/*\n  X-Judged: yes\n',
  };
  const second = { ...first, 'index.html': '<h1>Second</h1>' };
  const log: string[] = [];
  const note = (text: string): string => {
    log.push(
      text
        .replace(/^\s*[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏✔].*$|^\s*$/gm, '')
        .replace(/\n{2,}/g, '\n')
        .trim(),
    );
    return text;
  };
  afterAll(() => console.log(`\n${log.join('\n')}\n`));

  it('makes a site, deploys a draft, and publishes', async () => {
    const created = note(await netlify(['sites:create', '--name', 'judged', '--account-slug', 'jampot', '--disable-linking']));
    const url = urlIn(created, 'URL');
    expect(url).toBe(`http://judged.edge.jampot.localhost:${port}`);
    expect((await page(url)).status).toBe(404);

    const draft = note(
      await netlify(['deploy', '--no-build', '--dir', writeSite('first', first), '--site', 'judged', '--message', 'a draft']),
    );
    expect(await page(urlIn(draft, 'Draft URL'))).toMatchObject({ status: 200, body: '<h1>First</h1>' });
    expect((await page(url)).status).toBe(404);

    const published = note(await netlify(['deploy', '--no-build', '--prod', '--dir', join(folder, 'first'), '--site', 'judged']));
    expect(urlIn(published, 'Production URL')).toBe(url);
    const start = await page(url);
    expect([start.status, start.body, start.header('x-judged')]).toEqual([200, '<h1>First</h1>', 'yes']);
    expect((await page(url, '/about/')).body).toBe('About');
    expect(await page(url, '/old/x?y=1')).toMatchObject({ status: 302, location: '/about/x?y=1' });
    expect((await page(url, '/%C3%BC%20%C3%B6')).body).toBe('Umlauts');
    for (const hidden of ['/netlify.toml', '/_redirects', '/_headers']) expect((await page(url, hidden)).status).toBe(404);
  });

  it('publishes again, restores, rolls back, locks and unlocks', async () => {
    const url = `http://judged.edge.jampot.localhost:${port}`;
    const deployed = jsonIn(
      note(await netlify(['deploy', '--no-build', '--prod', '--json', '--dir', writeSite('second', second), '--site', 'judged'])),
    );
    expect((await page(url)).body).toBe('<h1>Second</h1>');
    const { site_id: siteId = '', deploy_id: secondId = '' } = deployed;
    const api = async (call: string, data: Readonly<Record<string, string>>): Promise<unknown> =>
      JSON.parse(note(await netlify(['api', call, '--data', JSON.stringify(data)])) || 'null');
    const deploys = (await api('listSiteDeploys', { site_id: siteId })) as { id: string; state: string; draft: boolean }[];
    log.pop();
    expect(deploys.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    const firstId = deploys[1]?.id ?? '';

    await api('restoreSiteDeploy', { site_id: siteId, deploy_id: firstId });
    expect((await page(url)).body).toBe('<h1>First</h1>');
    await netlify(['api', 'rollbackSiteDeploy', '--data', JSON.stringify({ site_id: siteId })]);
    expect((await page(url)).body).toBe('<h1>Second</h1>');

    expect(await api('lockDeploy', { deploy_id: secondId })).toMatchObject({ locked: true });
    const refused = await netlify(['deploy', '--no-build', '--prod', '--dir', join(folder, 'first'), '--site', 'judged'], { fails: true });
    expect(note(refused)).toContain('"locked"');
    expect((await page(url)).body).toBe('<h1>Second</h1>');
    expect(await api('unlockDeploy', { deploy_id: secondId })).toMatchObject({ locked: false });
    await netlify(['deploy', '--no-build', '--prod', '--dir', join(folder, 'first'), '--site', 'judged']);
    expect((await page(url)).body).toBe('<h1>First</h1>');
  });

  it('deploys more than a hundred files, prepared while it looks', async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`${index}.txt`, `file ${index % 117}`]));
    const deployed = jsonIn(
      await netlify(['deploy', '--no-build', '--prod', '--json', '--dir', writeSite('many', many), '--site', 'judged']),
    );
    for (const index of [0, 60, 119]) expect((await page(deployed['url'] ?? '', `/${index}.txt`)).body).toBe(`file ${index % 117}`);
  });

  it('makes a site as it deploys, and one without an account', async () => {
    const made = note(
      await netlify(['deploy', '--no-build', '--prod', '--dir', writeSite('first', first), '--create-site', 'made', '--team', 'jampot']),
    );
    expect((await page(urlIn(made, 'Production URL'))).body).toBe('<h1>First</h1>');

    const dropped = jsonIn(
      note(await netlify(['deploy', '--allow-anonymous', '--no-build', '--json', '--dir', writeSite('second', second)], { key: null })),
    );
    expect((await page(dropped['site_url'] ?? '')).body).toBe('<h1>Second</h1>');
    expect(dropped['claim_command']).toContain(`--site ${dropped['site_id']} --token `);
  });

  it('is told what is wrong in words', async () => {
    const strange = await netlify(['deploy', '--no-build', '--dir', join(folder, 'first'), '--site', 'judged'], {
      key: 'another-'.repeat(8),
      fails: true,
    });
    expect(note(strange)).toMatch(/not found|cannot be found/i);
    const short = await netlify(['sites:create', '--name', 'x', '--account-slug', 'jampot', '--disable-linking'], {
      key: 'short',
      fails: true,
    });
    expect(note(short)).toMatch(/401|deploy key/i);
  });
});
