import { once } from 'node:events';
import { connect } from 'node:net';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_EDGE_LIMITS } from '../edge/limits.ts';
import { readSettings } from '../settings.ts';
import { createFrontServer, type EdgePart } from './front-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server whose parts say what reached them. */
async function open({ trustProxy = false, edge }: { trustProxy?: boolean; edge?: Partial<EdgePart> } = {}) {
  const settings = readSettings({ JAMPOT_TRUST_PROXY: trustProxy ? '1' : '0' }, '/');
  const server = createFrontServer({
    settings,
    application: {
      handle: (request, response) => void response.end(`application ${request.url} ${request.headers['x-jampot-client']}`),
      upgrade: (_request, socket) => void socket.end('HTTP/1.1 101 Application\r\n\r\n'),
    },
    edge: {
      serve: (_request, response, host) => void response.end(`site ${host.site} ${host.deploy}`),
      handle: async (request) => {
        const { method, url, headers } = request;
        return Response.json({ method, url, client: headers.get('x-jampot-client'), body: await request.text() }, { status: 201 });
      },
      ...edge,
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (host: string, path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options;
      const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: { ...headers, host } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      request.on('error', reject).end(body);
    });
  return { port, ask, server };
}

describe('createFrontServer', () => {
  it('gives each part the hosts and paths that are its own', async () => {
    const { ask } = await open();
    expect((await ask('blog.edge.jampot.localhost:9', '/api/v1/sites')).body).toBe('site blog null');
    expect((await ask('0123456789abcdef01234567--blog.edge.jampot.localhost', '/')).body).toBe('site blog 0123456789abcdef01234567');
    for (const host of ['jampot.localhost', '127.0.0.1', 'localhost', 'ide.example.com'])
      expect((await ask(host, '/api/v1/sites?a=b')).status, host).toBe(201);
    for (const [host, path] of [
      ['jampot.localhost', '/'],
      ['jampot.localhost', '/api/v1'],
      ['jampot.localhost', '/api/health'],
      ['blog.jampot.localhost', '/api/v1/sites'],
      ['p80--blog.jampot.localhost', '/api/v1/sites'],
      ['edge.jampot.localhost', '/api/v1/sites'],
    ] as const)
      expect((await ask(host, path)).body, host).toMatch(/^application /);
  });

  it('hands requests and answers on whole', async () => {
    const { ask } = await open();
    const { status, headers, body } = await ask('jampot.localhost:3000', '/api/v1/x/%C3%BC?q=1', {
      method: 'PUT',
      body: 'ü'.repeat(100_000),
    });
    expect(status).toBe(201);
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(JSON.parse(body)).toEqual({
      method: 'PUT',
      url: 'http://jampot.localhost:3000/api/v1/x/%C3%BC?q=1',
      client: '127.0.0.1',
      body: 'ü'.repeat(100_000),
    });
  });

  it('keeps other origins’ pages away from the API', async () => {
    const { ask } = await open();
    const crossed = await ask('jampot.localhost', '/api/v1/sites', { headers: { 'sec-fetch-site': 'same-site' } });
    expect([crossed.status, JSON.parse(crossed.body)]).toMatchObject([403, { code: 'API_CROSS_ORIGIN' }]);
    const rebound = await ask('evil.example', '/api/v1/sites', { headers: { 'user-agent': 'Mozilla/5.0' } });
    expect([rebound.status, JSON.parse(rebound.body)]).toMatchObject([403, { code: 'API_FOREIGN_HOST' }]);
    for (const path of ['/api/v1/../health', '/api/v1/a/%2e%2E/b', '/api/v1/a/.', '/api/v1/%ff'])
      expect((await ask('jampot.localhost', path)).status, path).toBe(400);
  });

  it('tells the client’s address, whatever the client says', async () => {
    const lying = { 'x-jampot-client': '198.51.100.1', 'x-forwarded-for': '198.51.100.2, 203.0.113.7' };
    const plain = await open();
    expect((await plain.ask('jampot.localhost', '/', { headers: lying })).body).toBe('application / 127.0.0.1');
    const behind = await open({ trustProxy: true });
    expect((await behind.ask('jampot.localhost', '/', { headers: lying })).body).toBe('application / 203.0.113.7');
    expect((await behind.ask('jampot.localhost', '/')).body).toBe('application / 127.0.0.1');
  });

  it('passes upgrades to the application, none of a deployed site', async () => {
    const { port } = await open();
    const upgrade = async (host: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`GET /live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await once(socket, 'close');
      return text;
    };
    expect(await upgrade('jampot.localhost')).toContain('101 Application');
    expect(await upgrade('blog.edge.jampot.localhost')).toBe('');
  });

  it('survives failures of its parts, before and after they began to answer', async () => {
    const { ask } = await open({
      edge: {
        serve: async (_request, response) => {
          response.writeHead(200, { 'Content-Length': '5' }).write('ab');
          await Promise.resolve();
          throw Object.assign(new Error('expected by the test'), { code: 'EPIPE' });
        },
        handle: () => Promise.reject(new Error('expected by the test')),
      },
    });
    expect((await ask('jampot.localhost', '/api/v1/x')).status).toBe(500);
    await expect(ask('blog.edge.jampot.localhost', '/')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect((await ask('jampot.localhost', '/')).status).toBe(200);
  });

  it('answers readers when all requests of the turn are read, each for itself', async () => {
    let read = 0;
    const readWhenAnswered: number[] = [];
    const { port, server } = await open({
      edge: {
        serve: (request, response) => {
          readWhenAnswered.push(read);
          if (request.url === '/fails') throw new Error('expected by the test');
          response.end(`page ${request.url}\n`);
        },
      },
    });
    server.on('request', () => (read += 1));
    const socket = connect(port, '127.0.0.1');
    socket.write(['/first', '/fails', '/last'].map((path) => `GET ${path} HTTP/1.1\r\nHost: blog.edge.jampot.localhost\r\n\r\n`).join(''));
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) if ((text += chunk as string).includes('/last')) break;
    expect(readWhenAnswered).toEqual([3, 3, 3]);
    expect(text.match(/HTTP\/1.1 \d+|page \/[a-z]+|The server failed/g)).toEqual([
      'HTTP/1.1 200',
      'page /first',
      'HTTP/1.1 500',
      'The server failed',
      'HTTP/1.1 200',
      'page /last',
    ]);
  });

  it('refuses what no request can be made of', async () => {
    const { ask } = await open();
    expect((await ask('me:secret@ide.example.com', '/api/v1/sites')).status).toBe(400);
    expect((await ask('jampot.localhost', '/api/v1/sites', { method: 'TRACE' })).status).toBe(400);
  });

  it('waits for the largest file of a deploy as long as its client does', async () => {
    const { server } = await open();
    const bytesPerMillisecond = 16;
    expect(server.requestTimeout).toBeGreaterThan(DEFAULT_EDGE_LIMITS.fileBytes / bytesPerMillisecond);
  });

  it('takes headers as large as browsers can make them', async () => {
    const { ask } = await open();
    expect((await ask('jampot.localhost', '/', { headers: { cookie: 'x'.repeat(700_000) } })).status).toBe(200);
  });

  it('ends the connection of who goes on sending after the answer', async () => {
    const { ask } = await open({ edge: { handle: () => Promise.resolve(new Response('no', { status: 413 })) } });
    const { status, headers } = await ask('jampot.localhost', '/api/v1/x', { method: 'PUT', body: 'x'.repeat(10_000_000) }).catch(() => ({
      status: 413,
      headers: { connection: 'close' } as IncomingHttpHeaders,
    }));
    expect([status, headers.connection]).toEqual([413, 'close']);
  });
});
