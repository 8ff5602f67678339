import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNetlifyAdapter } from '../../deploy/providers/netlify.ts';
import { createFakeNetlify } from '../../deploy/testing/fake-netlify.ts';
import { digestFiles } from '../../deploy/digest.ts';
import { answer } from '../problem.ts';
import { askProvider, type ProviderProxyOptions } from './provider-proxy.ts';
import { PROVIDERS, type Provider } from './providers.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const servers: Server[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The proxy with an upstream that remembers what it saw and answers the same to all. */
async function open(respond: RequestListener, options: ProviderProxyOptions = {}) {
  const seen: Seen[] = [];
  const origin = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      respond(request, response);
    });
  });
  const providers = { netlify: { ...(PROVIDERS['netlify'] as Provider), origin } };
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: 'Bearer secret-token', ...(init.headers as Record<string, string>) };
    return answer(() =>
      askProvider(new Request(`http://jampot.localhost/api/providers${path}`, { ...init, headers }), { providers, ...options }),
    );
  };
  return { ask, seen };
}

const json: RequestListener = (_request, response) =>
  void response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'set-cookie': 'a=1', 'x-ratelimit-remaining': '499' })
    .end('{"id":1}');
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;

describe('askProvider', () => {
  it('passes method, path, known queries and the token on, and no cookies either way', async () => {
    const { ask, seen } = await open(json);
    const response = await ask('/netlify/api/v1/sites/my.site-1/deploys?title=a%20%26%20b&evil=1', {
      method: 'POST',
      body: '{"draft":true}',
      headers: {
        cookie: 'jampot-theme=dark',
        'x-forwarded-for': '1.2.3.4',
        referer: 'http://jampot.localhost/p/x',
        origin: 'http://jampot.localhost',
      },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ id: 1 });
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'x-ratelimit-remaining': '499',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/sites/my.site-1/deploys?title=a+%26+b' });
    expect(seen[0]?.body.toString()).toBe('{"draft":true}');
    expect(Object.keys(seen[0]?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'authorization', 'connection', 'content-type', 'host', 'transfer-encoding', 'user-agent'].sort(),
    );
    expect(seen[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  it('streams bytes as they are', async () => {
    const { ask, seen } = await open(json);
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256);
    await ask('/netlify/api/v1/deploys/abc/files/img/%C3%BC%20b.png', { method: 'PUT', body: bytes });
    expect(seen[0]?.url).toBe('/api/v1/deploys/abc/files/img/%C3%BC%20b.png');
    expect(seen[0]?.headers['content-type']).toBe('application/octet-stream');
    expect(new Uint8Array(seen[0]?.body ?? [])).toEqual(bytes);
  });

  it('carries a whole deploy of the adapter', async () => {
    const fake = createFakeNetlify({ token: 'secret-token' });
    const origin = await listen((request, response) => {
      void (async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        const { method = 'GET', url = '', headers } = request;
        const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
        const answered = await fake.fetch(`https://api.netlify.com${url}`, {
          method,
          headers: { authorization: headers.authorization ?? '' },
          ...body,
        });
        response.writeHead(answered.status, { 'content-type': 'application/json' }).end(Buffer.from(await answered.arrayBuffer()));
      })();
    });
    const providers = { netlify: { ...(PROVIDERS['netlify'] as Provider), origin } };
    const adapter = createNetlifyAdapter({
      base: 'http://jampot.localhost/api/providers/netlify',
      token: 'secret-token',
      fetch: (input, init) => answer(() => askProvider(new Request(input, init), { providers })),
    });
    const files = await digestFiles([
      { path: 'index.html', bytes: new Uint8Array(Buffer.from('<h1>Hi</h1>')) },
      { path: 'ü ö/empty.txt', bytes: new Uint8Array() },
    ]);
    const options = { site: null, name: 'site', message: 'm', draft: false, signal: new AbortController().signal };
    const { siteId, deployId } = await adapter.deploy(files, options);
    expect(fake.live(siteId)).toEqual(Object.fromEntries(files.map(({ path, digest }) => [path, digest.sha1])));
    await adapter.setLock(siteId, true);
    await adapter.setLock(siteId, false);
    await adapter.rollback(siteId, deployId);
    expect(await adapter.account()).toEqual({ name: 'Fake Person, fake@example.com', teams: ['Fake team'] });
    expect(await adapter.deploys(siteId)).toHaveLength(1);
  });

  it.each([
    ['GET', '/netlify/api/v1/billing'],
    ['DELETE', '/netlify/api/v1/sites/x'],
    ['PATCH', '/netlify/api/v1/sites/x'],
    ['POST', '/netlify/api/v1/user'],
    ['GET', '/netlify/api/v1/sites/x/../../../oauth/tokens'],
    ['PUT', '/netlify/api/v1/deploys/x/files/a%2f..%2f..%2f..%2fsites'],
    ['PUT', '/netlify/api/v1/deploys/x/files/a/%2e%2e/%2e%2e/%2e%2e/sites/y'],
    ['GET', '/netlify//evil.example/api/v1/user'],
    ['GET', '/netlify/@evil.example/api/v1/user'],
  ])('does not pass on %s %s', async (method, path) => {
    const { ask, seen } = await open(json);
    const response = await ask(path, { method });
    expect(response.status).toBe(403);
    expect(seen).toEqual([]);
  });

  it.each(['/constructor/x', '/evil/api/v1/user', '/'])('knows no provider at %s', async (path) => {
    const { ask } = await open(json);
    expect((await ask(path)).status).toBe(404);
  });

  it.each(['', 'Basic abc', 'Bearer ', 'Bearer a b'])('asks nothing with the authorization “%s”', async (authorization) => {
    const { ask, seen } = await open(json);
    const response = await ask('/netlify/api/v1/user', { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(seen).toEqual([]);
  });

  it('does not follow redirects', async () => {
    let strangers = 0;
    const elsewhere = await listen((_request, response) => {
      strangers += 1;
      response.end();
    });
    const { ask } = await open((_request, response) => void response.writeHead(302, { location: `${elsewhere}/x` }).end());
    const response = await ask('/netlify/api/v1/user');
    expect(response.status).toBe(502);
    expect(await codeOf(response)).toBe('PROVIDER_REDIRECT');
    expect(strangers).toBe(0);
  });

  it('hands the provider’s errors and its Retry-After back', async () => {
    const { ask } = await open(
      (_request, response) =>
        void response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '9' }).end('{"message":"Slow down"}'),
    );
    const response = await ask('/netlify/api/v1/user');
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([429, '9', '{"message":"Slow down"}']);
  });

  it('makes no page of the provider’s', async () => {
    const { ask } = await open(
      (_request, response) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<script>1</script>'),
    );
    expect((await ask('/netlify/api/v1/user')).headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('refuses bodies over the limit, announced or not', async () => {
    const { ask, seen } = await open(json, { limits: { file: 1000 } });
    const announced = await ask('/netlify/api/v1/deploys/x/files/a', { method: 'PUT', body: 'x', headers: { 'content-length': '1001' } });
    expect([announced.status, await codeOf(announced)]).toEqual([413, 'PROVIDER_BODY']);
    const streamed = await ask('/netlify/api/v1/deploys/x/files/a', { method: 'PUT', body: new Uint8Array(1001) });
    expect([streamed.status, await codeOf(streamed)]).toEqual([413, 'PROVIDER_BODY']);
    expect(seen).toEqual([]);
  });

  it('breaks an answer over the limit off', async () => {
    const { ask } = await open((_request, response) => void response.end('x'.repeat(5000)), { limits: { answer: 1000 } });
    const response = await ask('/netlify/api/v1/user');
    await expect(response.text()).rejects.toThrow();
  });

  it('gives up on a provider that says nothing, or is not there', async () => {
    const { ask } = await open(() => {}, { limits: { idle: 50 } });
    expect(await codeOf(await ask('/netlify/api/v1/user'))).toBe('PROVIDER_UNREACHABLE');
    const gone = { netlify: { ...(PROVIDERS['netlify'] as Provider), origin: 'http://127.0.0.1:9' } };
    expect(await codeOf(await ask('/netlify/api/v1/user').then(() => ask('/netlify/api/v1/user')))).toBe('PROVIDER_UNREACHABLE');
    const request = new Request('http://x/api/providers/netlify/api/v1/user', { headers: { authorization: 'Bearer t' } });
    expect(await codeOf(await answer(() => askProvider(request, { providers: gone })))).toBe('PROVIDER_UNREACHABLE');
  });

  it('says nothing of the token, in no log and no answer', async () => {
    const logged = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
    for (const spy of logged) spy.mockImplementation(() => {});
    const { ask } = await open((request) => void request.socket.destroy());
    const texts = [
      await (await ask('/netlify/api/v1/user')).text(),
      await (await ask('/netlify/api/v1/billing')).text(),
      ...logged.flatMap((spy) => spy.mock.calls.map((words) => JSON.stringify(words))),
    ];
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text).not.toContain('secret-token');
  });

  it('asks https origins only', () => {
    for (const { origin } of Object.values(PROVIDERS)) expect(origin).toMatch(/^https:\/\/[a-z.]+$/);
  });
});
