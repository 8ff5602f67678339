import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hashLiveFile } from './live-file.ts';

let server: Server | undefined;
afterEach(() => new Promise((done) => (server === undefined ? done(undefined) : server.close(done))));

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const local = { isAllowed: ({ hostname }: URL) => hostname === '127.0.0.1' };

describe('hashLiveFile', () => {
  it('hashes what the site answers, also after a redirect within it', async () => {
    const bytes = Buffer.from([0, 255, 10]);
    const host = await listen((request, response) => {
      if (request.url === '/about') response.writeHead(301, { location: '/about/' }).end();
      else response.end(bytes);
    });
    const expected = { status: 200, sha256: createHash('sha256').update(bytes).digest('hex'), size: 3 };
    expect(await hashLiveFile(`http://${host}/about`, local)).toEqual(expected);
  });

  it('does not follow to another host', async () => {
    const host = await listen((_request, response) => void response.writeHead(302, { location: 'http://169.254.169.254/x' }).end());
    await expect(hashLiveFile(`http://${host}/`, local)).rejects.toMatchObject({ problem: { code: 'LIVE_HOST' } });
  });

  it('does not follow to what is no address', async () => {
    const host = await listen((_request, response) => void response.writeHead(302, { location: 'http://[' }).end());
    await expect(hashLiveFile(`http://${host}/`, local)).rejects.toMatchObject({ problem: { code: 'LIVE_HOST' } });
  });

  it('gives up on endless redirects as an answer, and on endless answers', async () => {
    const host = await listen((request, response) => {
      if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else response.end('x'.repeat(2000));
    });
    expect((await hashLiveFile(`http://${host}/loop`, local)).status).toBe(302);
    await expect(hashLiveFile(`http://${host}/`, { ...local, limit: 1000 })).rejects.toMatchObject({
      problem: { code: 'LIVE_UNREACHABLE' },
    });
  });

  it.each([
    null,
    '',
    'nonsense',
    'file:///etc/passwd',
    'http://site.netlify.app/',
    'https://netlify.app/',
    'https://site.netlify.app.evil.example/',
    'https://evil.example/?site.netlify.app',
    'https://a.b.netlify.app/',
    'https://user:pw@site.netlify.app/',
    'https://site.netlify.app:8443/',
    'https://127.0.0.1/',
  ])('never asks %s', async (url) => {
    await expect(hashLiveFile(url)).rejects.toMatchObject({ problem: { code: 'LIVE_HOST' } });
  });
});
