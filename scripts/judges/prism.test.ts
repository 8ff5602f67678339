/**
 * Prism, in mock mode on Netlify's own API description, judges every request of the Netlify adapter: path, query, body, types, authorization. What
 * Prism answers is made up, so the adapter gets its answers from the fake. Needs the npm registry once (install.mjs).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shortWait } from '../../lib/deploy/contract.ts';
import { digestFiles } from '../../lib/deploy/digest.ts';
import { createNetlifyAdapter } from '../../lib/deploy/providers/netlify.ts';
import { createFakeNetlify } from '../../lib/deploy/testing/fake-netlify.ts';
import { installJudge } from './install.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds; installing takes most of it. */
const PATIENCE = 300_000;

let prism: ChildProcess;
let base: string;
let said = '';

beforeAll(async () => {
  const folder = installJudge(ROOT, 'prism');
  const description = join(folder, 'netlify.json');
  writeFileSync(
    description,
    JSON.stringify(withBasePath(readFileSync(join(folder, 'node_modules/@netlify/open-api/dist/swagger.json'), 'utf8'))),
  );
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  const cli = join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js');
  prism = spawn(
    process.execPath,
    [cli, 'mock', description, '--host', '127.0.0.1', '--port', String(port), '--errors', '--verboseLevel', 'warn'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  prism.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  prism.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (;;) {
    if (prism.exitCode !== null) throw new Error(`Prism ended with code ${prism.exitCode}:\n${said}`);
    if (
      await fetch(base).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, PATIENCE);

afterAll(() => void prism?.kill());

describe('the Netlify adapter, judged by Prism', () => {
  it('sends nothing that the API description does not allow', async () => {
    const fake = createFakeNetlify({ slow: 1, taken: ['my-site'] });
    const verdicts: string[] = [];
    const adapter = createNetlifyAdapter({
      base: 'https://api.netlify.com',
      token: 'fake-token',
      wait: shortWait,
      async fetch(input, init) {
        const request = new Request(input, init);
        const verdict = await judge(request.clone());
        verdicts.push(`${verdict.status} ${request.method} ${new URL(request.url).pathname}`);
        if (!verdict.ok) verdicts.push(await verdict.text());
        return fake.fetch(request);
      },
    });
    const signal = new AbortController().signal;
    const files = await digestFiles(
      ['index.html', 'posts/ü ö & 1/index.html', 'img/a+b.png'].map((path) => ({ path, bytes: new TextEncoder().encode(path) })),
    );
    const many = await digestFiles(
      Array.from({ length: 120 }, (_, i) => ({ path: `many/${i}.txt`, bytes: new TextEncoder().encode(String(i)) })),
    );
    const options = { name: 'my-site', message: 'First, with “quotes” & more', draft: false, signal };
    const first = await adapter.deploy(files, { ...options, site: null });
    const site = first.siteId;
    await adapter.deploy(many, { ...options, site, draft: true });
    const abort = new AbortController();
    const changed = await digestFiles([{ path: 'index.html', bytes: new TextEncoder().encode('changed') }]);
    const stop = (): void => abort.abort();
    await adapter
      .deploy(changed, { ...options, site, signal: abort.signal, onProgress: ({ phase }) => phase === 'uploading' && stop() })
      .catch(() => {});
    await adapter.setLock(site, true);
    await adapter.setLock(site, false);
    const [newest] = await adapter.deploys(site);
    await adapter.rollback(site, newest?.id ?? '');
    await adapter.rollback(site, first.deployId);
    await adapter.sites();
    await adapter.account();

    const calls = [...new Set(verdicts.map((line) => line.replace(/\/many\/\d+/, '/many/…').replace(/[0-9a-f]{24}/g, '…')))].sort();
    console.log(`\nPrism’s verdicts (${verdicts.length} requests):\n${calls.join('\n')}\n`);
    expect(verdicts.filter((line) => !/^20[01] /.test(line))).toEqual([]);
    const kinds = [
      'GET sites',
      'POST sites',
      'POST deploys',
      'PUT deploys',
      'PUT files',
      'POST restore',
      'POST lock',
      'POST unlock',
      'POST cancel',
      'GET user',
      'GET accounts',
    ];
    for (const kind of kinds) {
      const [method, word] = kind.split(' ');
      expect(
        calls.some((line) => line.includes(` ${method} `) && line.includes(`/${word}`)),
        kind,
      ).toBe(true);
    }
  });

  it('would not pass wrong requests', async () => {
    const ask = async (path: string, init: RequestInit): Promise<number> => {
      const headers = { authorization: 'Bearer t', 'content-type': 'application/json', ...(init.headers as Record<string, string>) };
      return (await fetch(`${base}/api/v1${path}`, { ...init, headers })).status;
    };
    const deploy = { method: 'POST', body: '{"draft":true}' };
    expect(await ask('/sites/x/deploys', deploy)).toBe(200);
    expect(await ask('/sites/x/deploys', { ...deploy, headers: { authorization: '' } })).toBe(401);
    expect(await ask('/sites/x/deploys', { ...deploy, body: '{"draft":"yes"}' })).toBe(422);
    expect(await ask('/sites/x/deploys', { ...deploy, body: '{"files":["index.html"]}' })).toBe(422);
    expect(await ask('/deploys/x/files/a', { method: 'PUT', body: '{}' })).toBe(415);
    expect(await ask('/sites/x/deploy', deploy)).toBe(404);
    expect(await ask('/sites?page=one', { method: 'GET' })).toBe(422);
  });
});

/** Prism matches no slash within a parameter, though the API takes file paths with theirs: it gets them escaped. */
function judge(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const path = pathname.replace(/(?<=\/files\/).+/, (file) => file.replaceAll('/', '%2F'));
  return fetch(`${base}${path}${search}`, new Request(base, request));
}

/** The description with its base path in each path: Prism does not look at it. */
function withBasePath(text: string): unknown {
  const { basePath, ...description } = JSON.parse(text) as { basePath: string; paths: Record<string, unknown> };
  return { ...description, paths: Object.fromEntries(Object.entries(description.paths).map(([path, item]) => [basePath + path, item])) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
