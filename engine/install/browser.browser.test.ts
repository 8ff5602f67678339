import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';
import type { Job, JobResult } from './testing/browser-worker.ts';
import { FakeRegistry } from './testing/fake-registry.ts';

let server: http.Server;
let origin: string;
const registry = new FakeRegistry();
const manifest = JSON.stringify({ name: 'site', version: '1.0.0', dependencies: { a: '1', '@s/b': '1' } });

test.beforeAll(async () => {
  registry.publish({ name: 'a', version: '1.0.0', dependencies: { '@s/b': '^1.0.0' }, bin: 'a.js' }, [
    { path: 'a.js', content: 'a'.repeat(100_000) },
  ]);
  registry.publish({ name: '@s/b', version: '1.1.0' }, [{ path: 'lib/ü.js', content: 'b' }]);
  const bundle = await build({
    entryPoints: [new URL('./testing/browser-worker.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  const worker = bundle.outputFiles[0]?.text ?? '';
  server = http.createServer((request, response) => {
    void answer(request.url ?? '/', worker, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => {
  server.close();
});

async function answer(path: string, worker: string, response: http.ServerResponse): Promise<void> {
  const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
  const prefix = '/api/registry/';
  if (path.startsWith(prefix)) {
    const result = await registry.fetch(registry.address + path.slice(prefix.length));
    response.writeHead(result.status, headers).end(new Uint8Array(await result.arrayBuffer()));
  } else if (path === '/worker.js') response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(worker);
  else response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end('<!doctype html><title>install</title>');
}

test('npm ci in a worker: cold from the registry, then without a request, also after a reload', async ({ page }) => {
  const run = async (job: Job): Promise<JobResult> => {
    registry.requests.length = 0;
    return page.evaluate(
      (message) =>
        new Promise<JobResult>((done, fail) => {
          const worker = new Worker('/worker.js');
          worker.addEventListener('message', (event: MessageEvent<JobResult>) => done(event.data));
          worker.addEventListener('error', (event) => fail(new Error(event.message)));
          worker.postMessage(message);
        }),
      job,
    );
  };
  await page.goto(origin);
  const first = await run({ files: { 'package.json': manifest }, args: ['install'] });
  expect(first.output).toContain('added 2 packages');
  expect(first.code).toBe(0);
  expect(registry.requests.toSorted()).toEqual(['@s/b', '@s/b/-/b-1.1.0.tgz', 'a', 'a/-/a-1.0.0.tgz']);
  expect(first.sizes).toMatchObject({ 'node_modules/a/a.js': 100_000, 'node_modules/@s/b/lib/ü.js': 1 });
  const lock = JSON.stringify({
    name: 'site',
    lockfileVersion: 3,
    packages: { '': JSON.parse(manifest) as object, ...locked(first) },
  });
  await page.reload();
  const second = await run({ files: { 'package.json': manifest, 'package-lock.json': lock }, args: ['ci'] });
  expect(second.output).toContain('added 2 packages');
  expect(registry.requests).toEqual([]);
  expect(Object.keys(second.sizes)).toEqual(Object.keys(first.sizes));
  await page.reload();
  const third = await run({ files: { 'package.json': manifest, 'package-lock.json': lock }, args: ['ci'] });
  expect(registry.requests).toEqual([]);
  expect(third.sizes).toEqual(second.sizes);
});

/** Entries of a lockfile for what the fake registry has. */
function locked(result: JobResult): object {
  expect(result.code).toBe(0);
  return {
    'node_modules/a': {
      version: '1.0.0',
      integrity: registry.integrity('a', '1.0.0'),
      dependencies: { '@s/b': '^1.0.0' },
      bin: { a: 'a.js' },
    },
    'node_modules/@s/b': { version: '1.1.0', integrity: registry.integrity('@s/b', '1.1.0') },
  };
}
