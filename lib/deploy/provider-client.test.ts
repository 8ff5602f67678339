import { describe, expect, it } from 'vitest';
import { createProviderClient, type ProviderClient } from './provider-client.ts';

type Answer = (() => Response) | Error;

/** A client whose provider gives these answers in turn, and what it did. */
function open(...answers: Answer[]): { client: ProviderClient; waits: number[]; sent: Request[] } {
  const waits: number[] = [];
  const sent: Request[] = [];
  const client = createProviderClient({
    name: 'Provider',
    base: 'https://api.test/v1',
    token: 'secret',
    async fetch(input, init) {
      const answer = answers[sent.length];
      sent.push(new Request(input, init));
      if (answer === undefined) throw new Error('One request too many.');
      if (answer instanceof Error) throw answer;
      return answer();
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return { client, waits, sent };
}

const status =
  (code: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  (): Response =>
    Response.json(body, { status: code, headers });
const GET = { method: 'GET', path: '/x', action: 'look' } as const;

describe('ProviderClient.ask', () => {
  it('sends token, query and bytes as they are', async () => {
    const { client, sent } = open(status(200, { ok: true }));
    const bytes = Uint8Array.of(0, 255, 13, 10);
    expect(await client.ask({ method: 'PUT', path: '/f/a%20b', query: { title: 'a & b' }, body: { bytes }, action: 'send' })).toEqual({
      ok: true,
    });
    expect(sent[0]?.url).toBe('https://api.test/v1/f/a%20b?title=a+%26+b');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer secret');
    expect(sent[0]?.headers.get('content-type')).toBe('application/octet-stream');
    expect(sent[0]?.credentials).toBe('omit');
    expect(new Uint8Array((await sent[0]?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(bytes);
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const date = new Date(Date.now() + 20_000).toUTCString();
    const { client, waits } = open(status(429, {}, { 'retry-after': '7' }), status(503, {}, { 'retry-after': date }), status(200));
    await client.ask(GET);
    expect(waits[0]).toBe(7000);
    expect(waits[1]).toBeGreaterThan(15_000);
    expect(waits[1]).toBeLessThanOrEqual(20_000);
  });

  it('does not wait an hour, and tells when to come back', async () => {
    const { client, waits } = open(status(429, {}, { 'retry-after': '3600' }));
    await expect(client.ask(GET)).rejects.toMatchObject({ code: 'rate-limited', retryAfter: 3600 });
    expect(waits).toEqual([]);
  });

  it('waits longer each time, and gives up', async () => {
    const cut = new TypeError('fetch failed');
    const { client, waits, sent } = open(cut, cut, cut, cut, cut);
    const reasons: (string | null)[] = [];
    await expect(client.ask({ ...GET, onWaiting: (reason) => void reasons.push(reason) })).rejects.toMatchObject({
      code: 'unreachable',
      said: 'fetch failed',
    });
    expect(sent).toHaveLength(5);
    expect(waits.map((wait, i) => wait > 200 * 2 ** i - 1 && wait <= 400 * 2 ** i)).toEqual([true, true, true, true]);
    expect(reasons.filter((reason) => reason !== null)).toHaveLength(4);
    expect(reasons.at(-1)).toBeNull();
  });

  it.each([
    [400, 'refused'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [422, 'refused'],
    [507, 'provider-full'],
  ])('does not repeat a %i', async (code, name) => {
    const { client, sent } = open(status(code, { code, message: 'The provider’s words' }));
    await expect(client.ask(GET)).rejects.toMatchObject({ code: name, status: code, said: 'The provider’s words' });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [{ errors: { subdomain: ['must be unique'] } }, '{"subdomain":["must be unique"]}'],
    [{ code: 'X', title: 'T', cause: 'Our server’s words', remedy: 'R' }, 'Our server’s words'],
    [{}, '400'],
  ])('finds the words in %j', async (body, said) => {
    await expect(open(status(400, body)).client.ask(GET)).rejects.toMatchObject({ said });
  });

  it('shows no page of a gateway as the provider’s words', async () => {
    const { client } = open(() => new Response('<html>nginx</html>', { status: 400, statusText: 'Bad Request' }));
    await expect(client.ask(GET)).rejects.toMatchObject({ said: '400 Bad Request' });
  });

  it('takes an empty answer, and refuses one that is no JSON', async () => {
    expect(await open(() => new Response(null, { status: 204 })).client.ask(GET)).toBeNull();
    await expect(open(() => new Response('hello')).client.ask(GET)).rejects.toMatchObject({ code: 'bad-answer', said: 'hello' });
  });

  it('sends nothing once it is aborted', async () => {
    const { client, sent } = open();
    await expect(client.ask({ ...GET, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent).toEqual([]);
  });
});
