import { describe, expect, it } from 'vitest';
import type { Environment } from '../environment.ts';
import { isInside } from './inside.ts';
import { requestOutside } from './request.ts';

const ANSWER = Buffer.from(JSON.stringify({ status: 201, statusText: 'Made', headers: [['x-a', 'b']] })).toString('base64url');

/** A host whose fetch gives what `responses` has for the address, or fails as a browser does; `asked` collects addresses. */
function environmentWith(responses: Readonly<Record<string, () => Response>>, asked: string[]): Environment {
  const fetch = (url: string): Promise<Response> => {
    asked.push(url);
    const response = responses[url];
    return response === undefined ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(response());
  };
  return { host: { fetch, origin: 'http://engine.test' } } as unknown as Environment;
}

const request = (method: string) => ({
  url: 'https://far.test/x',
  method,
  headers: [['accept', '*/*']] as const,
  body: null,
  signal: new AbortController().signal,
});
const proxied = () => new Response('body', { headers: { 'x-jampot-answer': ANSWER } });
const off = () =>
  Response.json(
    { code: 'FETCH_OFF', title: 'The outbound proxy is off', cause: 'Because.', remedy: 'Name hosts in JAMPOT_FETCH.' },
    { status: 403 },
  );

describe('requestOutside', () => {
  it('reads through the browser where the other side allows it, without headers that no longer hold', async () => {
    const asked: string[] = [];
    const environment = environmentWith(
      { 'https://far.test/x': () => new Response('hi', { headers: { 'content-encoding': 'gzip', 'x-b': 'c' } }) },
      asked,
    );
    const response = await requestOutside(environment, request('GET'));
    expect(response.status).toBe(200);
    expect(response.headers).toContainEqual(['x-b', 'c']);
    expect(response.headers.map(([name]) => name)).not.toContain('content-encoding');
    expect(asked).toEqual(['https://far.test/x']);
  });

  it('reads through the proxy what the browser refuses', async () => {
    const response = await requestOutside(environmentWith({ 'http://engine.test/api/fetch': proxied }, []), request('GET'));
    expect(response).toMatchObject({ status: 201, statusText: 'Made', headers: [['x-a', 'b']] });
  });

  it('asks the proxy first where a request may change something', async () => {
    const asked: string[] = [];
    const environment = environmentWith({ 'http://engine.test/api/fetch': off, 'https://far.test/x': () => new Response('ok') }, asked);
    expect((await requestOutside(environment, request('POST'))).status).toBe(200);
    expect(asked).toEqual(['http://engine.test/api/fetch', 'https://far.test/x']);
  });

  it('says why neither way leads there and what the administrator can do', async () => {
    const attempt = requestOutside(environmentWith({ 'http://engine.test/api/fetch': off }, []), request('GET'));
    await expect(attempt).rejects.toMatchObject({
      code: 'ENETUNREACH',
      message: expect.stringContaining('Name hosts in JAMPOT_FETCH.') as string,
    });
  });
});

describe('isInside', () => {
  it('knows the loopback names and addresses', () => {
    for (const host of ['localhost', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '0.0.0.0', '::ffff:127.0.0.1'])
      expect(isInside(host)).toBe(true);
    for (const host of ['example.com', '10.0.0.1', 'localhost.example.com', '::2']) expect(isInside(host)).toBe(false);
  });
});
