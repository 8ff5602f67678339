/** The sites' answers over Node's HTTP and as the web's Response. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '../../storage/storage.ts';
import type { SiteAnswer, SiteRequest, SiteServer } from './site-server.ts';
import type { SiteHost } from './shown-releases.ts';

export function serveSite(
  server: SiteServer,
  blobs: BlobStore,
  host: SiteHost,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> | void {
  const { headers, method = 'GET', url = '' } = incoming;
  const request: SiteRequest = {
    host,
    method,
    target: url,
    acceptEncoding: headers['accept-encoding'] as string | undefined,
    acceptLanguage: headers['accept-language'],
    ifNoneMatch: headers['if-none-match'],
    range: headers.range,
    ifRange: headers['if-range'] as string | undefined,
  };
  const answer = server.answerFromMemory(request);
  if (answer !== undefined && (answer.body === null || answer.body instanceof Uint8Array)) {
    outgoing.writeHead(answer.status, answer.headers as string[]);
    outgoing.end(answer.body ?? undefined);
    return undefined;
  }
  return server.answer(request).then((made) => send(made, blobs, outgoing));
}

async function send({ status, headers, body }: SiteAnswer, blobs: BlobStore, outgoing: ServerResponse): Promise<void> {
  // Deployed sites take no bodies: whoever sends one is not listened to.
  if (!outgoing.req.complete && outgoing.req.method !== 'GET' && outgoing.req.method !== 'HEAD') outgoing.setHeader('Connection', 'close');
  if (body === null || body instanceof Uint8Array) {
    outgoing.writeHead(status, headers as string[]);
    outgoing.end(body ?? undefined);
    return;
  }
  const stream = await streamOf(body, blobs);
  outgoing.writeHead(status, headers as string[]);
  await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), outgoing);
}

export async function siteResponse(server: SiteServer, blobs: BlobStore, host: SiteHost, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const { status, headers, body } = await server.answer({
    host,
    method: request.method,
    target: pathname + search,
    acceptEncoding: header('accept-encoding'),
    acceptLanguage: header('accept-language'),
    ifNoneMatch: header('if-none-match'),
    range: header('range'),
    ifRange: header('if-range'),
  });
  const pairs = headers.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : []));
  const content = body === null || body instanceof Uint8Array ? body : await streamOf(body, blobs);
  return new Response(content as BodyInit | null, { status, headers: pairs });
}

async function streamOf(
  { blob, range }: Exclude<SiteAnswer['body'], Uint8Array | null>,
  blobs: BlobStore,
): Promise<ReadableStream<Uint8Array>> {
  const stored = await blobs.get(blob, range);
  if (stored === null) throw new Error(`The blob ${blob} is served and not stored.`);
  return stored.body;
}
