import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerRegistryRequest } from './answer.ts';
import { configFromValues } from './npm-config.ts';
import { RegistryProxy } from './registry-proxy.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let upstream: Server;
let registry: string;
let handler: Handler;
let asked: IncomingMessage[];
let folder: string;
let clock: number;
let proxy: RegistryProxy;

beforeEach(async () => {
  asked = [];
  clock = 1_000_000;
  upstream = createServer((request, response) => {
    asked.push(request);
    handler(request, response);
  });
  await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
  registry = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`;
  folder = await mkdtemp(join(tmpdir(), 'jampot-registry-'));
  proxy = newProxy();
});

afterEach(async () => {
  upstream.closeAllConnections();
  await new Promise((done) => upstream.close(done));
  await rm(folder, { recursive: true });
});

function newProxy(): RegistryProxy {
  const config = configFromValues(
    new Map([
      ['registry', registry],
      [`${registry.slice('http:'.length)}:_authToken`, 'secret'],
    ]),
  );
  return new RegistryProxy({ config, folder, idleTimeout: 300, now: () => clock });
}

function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const request = new Request(`http://127.0.0.1:3000/api/registry/${path}`, {
    headers: { host: 'blog.jampot.localhost:3000', ...headers },
  });
  return answerRegistryRequest(request, () => Promise.resolve(proxy));
}

const packument = () => ({
  name: 'x',
  'dist-tags': { latest: '1.0.0' },
  versions: {
    '1.0.0': { name: 'x', version: '1.0.0', dist: { tarball: `${registry}x/-/x-1.0.0.tgz`, integrity: 'sha512-a' } },
    '0.9.0': { name: 'x', version: '0.9.0', dist: { tarball: 'https://elsewhere.example/x.tgz' } },
  },
});

const servePackument: Handler = (request, response) => {
  if (request.headers['if-none-match'] === '"v1"') {
    response.writeHead(304).end();
    return;
  }
  const headers = { 'content-type': 'application/json', etag: '"v1"', 'cache-control': 'public, max-age=120', 'content-encoding': 'gzip' };
  response.writeHead(200, headers).end(gzipSync(JSON.stringify(packument())));
};

describe('metadata', () => {
  it.each([
    ['https', 'https:'],
    ['HTTPS, http', 'https:'],
    ['javascript', 'http:'],
    ['https://evil.example/?', 'http:'],
  ])('takes the protocol from X-Forwarded-Proto "%s" only when it is one of the web', async (forwarded, protocol) => {
    handler = servePackument;
    const { versions } = (await (await ask('x', { 'x-forwarded-proto': forwarded })).json()) as ReturnType<typeof packument>;
    expect(versions['1.0.0'].dist.tarball).toBe(`${protocol}//blog.jampot.localhost:3000/api/registry/x/-/x-1.0.0.tgz`);
  });

  it('asks with credentials for the installer’s form and leads tarballs to itself', async () => {
    handler = servePackument;
    const response = await ask('x');
    const { versions } = (await response.json()) as ReturnType<typeof packument>;
    expect(versions['1.0.0'].dist.tarball).toBe('http://blog.jampot.localhost:3000/api/registry/x/-/x-1.0.0.tgz');
    expect(versions['0.9.0'].dist.tarball).toContain('/api/registry/-/foreign/x?host=elsewhere.example');
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer secret', accept: expect.stringContaining('install-v1') });
  });

  it('serves from disk while fresh, revalidates after, and answers 304 to who has it', async () => {
    handler = servePackument;
    const first = await ask('x');
    proxy = newProxy();
    expect(await (await ask('x')).text()).toBe(await first.text());
    expect(asked).toHaveLength(1);
    clock += 121_000;
    expect((await ask('x')).status).toBe(200);
    expect(asked[1]?.headers['if-none-match']).toBe('"v1"');
    const again = await ask('x', { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect(asked).toHaveLength(2);
  });

  it('asks again at once when told to', async () => {
    handler = servePackument;
    await ask('x');
    await ask('x', { 'cache-control': 'no-cache' });
    expect(asked).toHaveLength(2);
  });

  it('asks once for requests that come together', async () => {
    handler = (request, response) => setTimeout(() => servePackument(request, response), 20);
    const responses = await Promise.all(Array.from({ length: 10 }, () => ask('x')));
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(asked).toHaveLength(1);
  });

  it('keeps scoped names in one path segment', async () => {
    handler = servePackument;
    await ask('@acme%2fx');
    expect(asked[0]?.url).toBe('/@acme%2fx');
  });

  it.each([
    ['an error', (_: IncomingMessage, response: ServerResponse) => response.writeHead(503).end()],
    ['a closed connection', (request: IncomingMessage) => request.socket.destroy()],
    ['silence', () => undefined],
  ])('is served stale when the registry answers with %s', async (_, failing) => {
    handler = servePackument;
    await ask('x');
    clock += 3_600_000;
    handler = failing;
    const response = await ask('x');
    expect(response.status).toBe(200);
    expect(response.headers.get('warning')).toContain('110');
  });

  it.each([
    [404, 404, 'REGISTRY_NOT_FOUND'],
    [401, 403, 'REGISTRY_FORBIDDEN'],
    [500, 502, 'REGISTRY_FAILED'],
  ])('explains the registry’s %i', async (upstreamStatus, status, code) => {
    handler = (_, response) => response.writeHead(upstreamStatus).end('{}');
    const response = await ask('x');
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, title: expect.any(String), cause: expect.any(String), remedy: expect.any(String) });
  });

  it('says that the registry is unreachable, without naming it', async () => {
    handler = (request) => request.socket.destroy();
    const response = await ask('x');
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(text).not.toContain(new URL(registry).host);
    handler = servePackument;
    expect((await ask('x')).status).toBe(200);
  });

  it('refuses paths that are no package', async () => {
    expect((await ask('-/npm/v1/security/audits')).status).toBe(404);
    expect(asked).toHaveLength(0);
  });
});

describe('tarballs', () => {
  const bytes = Buffer.alloc(300_000, 'tarball ');
  const serveTarball: Handler = (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  };
  const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  it('come from the registry once and from disk for ever', async () => {
    handler = serveTarball;
    const first = await ask('x/-/x-1.0.0.tgz');
    expect(first.headers.get('cache-control')).toContain('immutable');
    expect(Buffer.compare(await bodyOf(first), bytes)).toBe(0);
    proxy = newProxy();
    const second = await ask('x/-/x-1.0.0.tgz');
    expect(second.headers.get('content-length')).toBe(String(bytes.length));
    expect(Buffer.compare(await bodyOf(second), bytes)).toBe(0);
    expect(asked).toHaveLength(1);
  });

  it('stream while they arrive, to everyone who asked', async () => {
    let finish = () => {};
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      finish = () => response.end(bytes.subarray(1000));
    };
    const [a, b] = await Promise.all([ask('x/-/x-1.0.0.tgz'), ask('x/-/x-1.0.0.tgz')]);
    const reader = a.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(value?.length).toBe(1000);
    finish();
    expect(Buffer.compare(await bodyOf(b), bytes)).toBe(0);
    await reader?.cancel();
    expect(asked).toHaveLength(1);
  });

  it('that end early fail, leave nothing, and are asked for again', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
    };
    await expect(ask('x/-/x-1.0.0.tgz').then(bodyOf)).rejects.toThrow();
    const kept = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(kept).toEqual([]);
    handler = serveTarball;
    expect(Buffer.compare(await bodyOf(await ask('x/-/x-1.0.0.tgz')), bytes)).toBe(0);
  });

  it('are downloaded again on request', async () => {
    handler = serveTarball;
    await bodyOf(await ask('x/-/x-1.0.0.tgz'));
    await bodyOf(await ask('x/-/x-1.0.0.tgz', { 'cache-control': 'no-cache' }));
    expect(asked).toHaveLength(2);
  });

  it('on another host are refused, also through a redirect', async () => {
    const odd = await ask('-/odd/x?path=%2F-%2Fwhoami');
    expect(odd.status).toBe(403);
    expect(await odd.json()).toMatchObject({ code: 'REGISTRY_TARBALL_PATH' });
    const foreign = await ask('-/foreign/x?host=elsewhere.example');
    expect(foreign.status).toBe(502);
    expect(await foreign.json()).toMatchObject({ code: 'REGISTRY_FOREIGN_HOST', cause: expect.stringContaining('elsewhere.example') });
    handler = (_, response) => response.writeHead(302, { location: 'http://elsewhere.example/x.tgz' }).end();
    expect(await (await ask('x/-/x-1.0.0.tgz')).json()).toMatchObject({ code: 'REGISTRY_FOREIGN_HOST' });
    expect(asked).toHaveLength(1);
  });

  it('follow redirects on the registry’s own host', async () => {
    handler = (request, response) => {
      if (request.url === '/moved.tgz') serveTarball(request, response);
      else response.writeHead(302, { location: '/moved.tgz' }).end();
    };
    expect(Buffer.compare(await bodyOf(await ask('x/-/x-1.0.0.tgz')), bytes)).toBe(0);
  });
});
