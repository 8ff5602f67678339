/** Node's requests and responses as the web's, for handlers that are functions of `Request`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** @param url the address that the client used @param signal aborted when the client has gone */
export function toWebRequest(request: IncomingMessage, url: URL, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  const method = request.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  // `duplex` is required of bodies that are streams and is not in the DOM's types.
  return new Request(url, {
    method,
    headers,
    signal,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }),
  } as RequestInit);
}

/** @param extra headers that the answer gets besides its own */
export async function sendWebResponse(response: Response, to: ServerResponse, extra: Readonly<Record<string, string>> = {}): Promise<void> {
  const { req } = to;
  for (const [name, value] of Object.entries(extra)) to.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of response.headers) if (name !== 'set-cookie') to.setHeader(name, value);
  if (cookies.length > 0) to.setHeader('Set-Cookie', cookies);
  // Whoever is answered before all was read would go on sending: the connection ends with the answer.
  if (!req.complete && req.method !== 'GET' && req.method !== 'HEAD') to.setHeader('Connection', 'close');
  to.writeHead(response.status);
  if (response.body === null || req.method === 'HEAD') {
    to.end();
    return;
  }
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), to);
}
