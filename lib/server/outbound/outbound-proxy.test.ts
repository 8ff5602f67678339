import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer } from '../problem.ts';
import { ANSWER_HEADER, askOutbound, HEADERS_HEADER, matchesHost, URL_HEADER } from './outbound-proxy.ts';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.writeHead(201, 'Made', { 'set-cookie': ['a=1', 'b=2'], location: 'http://127.0.0.1/inside' });
      response.end(
        JSON.stringify({
          method: request.method,
          host: request.headers.host,
          accept: request.headers.accept,
          forwarded: request.headers['x-forwarded-for'],
          body,
        }),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => new Promise((done) => server.close(done)));

function ask(url: string, options: Partial<Parameters<typeof askOutbound>[1]> = {}, init: RequestInit = {}): Promise<Response> {
  const headers = { [URL_HEADER]: url, [HEADERS_HEADER]: '[["Accept","text/x"],["X-Forwarded-For","1.2.3.4"]]' };
  const request = new Request('http://blog.jampot.localhost/api/fetch', { headers, ...init });
  return answer(() => askOutbound(request, { hosts: ['*'], ...options }));
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('askOutbound', () => {
  it('asks the checked address under the name, and hands back status, headers and body', async () => {
    const resolved: string[] = [];
    const resolve = async (name: string) => (resolved.push(name), ['127.0.0.1']);
    const response = await ask(`http://api.example:${port}/x`, { resolve, allowsAddress: () => true }, { method: 'POST', body: 'hi' });
    const description = JSON.parse(Buffer.from(response.headers.get(ANSWER_HEADER) ?? '', 'base64url').toString());
    expect(description).toMatchObject({ status: 201, statusText: 'Made' });
    expect(description.headers.filter(([name]: [string]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    expect(await response.json()).toEqual({ method: 'POST', host: `api.example:${port}`, accept: 'text/x', body: 'hi' });
    expect(resolved).toEqual(['api.example']);
  });

  it('is off without an allow-list', async () => {
    const response = await ask('https://api.example/', { hosts: [] });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('FETCH_OFF');
  });

  it('asks only hosts of the list', async () => {
    expect(await codeOf(await ask('https://other.example/', { hosts: ['api.example'] }))).toBe('FETCH_HOST');
  });

  it.each(['http://127.0.0.1/', 'http://[::1]/', 'http://2130706433/', 'http://169.254.169.254/latest/meta-data'])(
    'never asks %s',
    async (url) => {
      expect(await codeOf(await ask(url))).toBe('FETCH_HOST');
    },
  );

  it('refuses a name when one of its addresses is private', async () => {
    const resolve = async () => ['93.184.216.34', '10.0.0.1'];
    expect(await codeOf(await ask('http://rebound.example/', { resolve }))).toBe('FETCH_HOST');
  });

  it.each(['', 'nonsense', 'file:///etc/passwd'])('refuses the address "%s"', async (url) => {
    expect(await codeOf(await ask(url))).toBe('FETCH_URL');
  });

  it('says that a host cannot be reached', async () => {
    await new Promise((done) => server.close(done));
    const response = await ask(`http://api.example:${port}/`, { resolve: async () => ['127.0.0.1'], allowsAddress: () => true });
    expect(response.status).toBe(502);
    expect(await codeOf(response)).toBe('FETCH_FAILED');
    server.listen(0);
  });
});

describe('matchesHost', () => {
  it('takes names, names below, and everything', () => {
    expect(matchesHost('api.example', 'api.example')).toBe(true);
    expect(matchesHost('*.example', 'api.example')).toBe(true);
    expect(matchesHost('*', 'anything.test')).toBe(true);
    expect(matchesHost('*.example', 'example')).toBe(false);
    expect(matchesHost('api.example', 'evil-api.example')).toBe(false);
  });
});
