/** The service worker's answer to one request: the guest's, made fit for the frame, or a page that says why there is none. */
import { decodeBody } from './content-encoding.ts';
import type { AskAgain, Documents } from './documents.ts';
import { guestRequestHeaders, isolate, pageResponseHeaders } from './guest-headers.ts';
import type { EmbedderPolicy } from './guest-headers.ts';
import { injectIntoHtml } from './inject.ts';
import { GuestError } from './links.ts';
import type { Answer, Links } from './links.ts';
import { pageScript } from './page-script.ts';
import type { PreviewPlace } from './preview-place.ts';
import type { FetchEvent } from './service-worker-scope.ts';
import { statusPage } from './status-page.ts';

export interface AnswerContext {
  readonly links: Links;
  readonly place: PreviewPlace;
  readonly event: FetchEvent;
  readonly documents: Documents;
}

/** Bodies up to this many bytes are sent whole, with a length; longer ones in chunks. */
const WHOLE_BODY = 131_072;

export async function answerFromGuest(
  request: Request,
  port: number,
  { links, place, event, documents }: AnswerContext,
): Promise<Response> {
  try {
    const { answer, open, again } = await ask(links, request, port, place);
    event.waitUntil(answer.ended);
    return await guestResponse(request, answer, {
      open,
      port,
      place,
      remember: () => (again === null ? null : documents.remember(event.resultingClientId, again)),
    });
  } catch (error) {
    const reason = error instanceof GuestError ? error.reason : 'garbage';
    const message = error instanceof Error ? error.message : String(error);
    const status = reason === 'gone' || reason === 'closed' ? 503 : 502;
    const headers = new Headers({ 'Cache-Control': 'no-store', 'Content-Type': 'text/plain; charset=utf-8' });
    isolate(headers, embedderPolicy());
    if (!isDocument(request)) return new Response(`${message}\n`, { status, headers });
    headers.set('Content-Type', 'text/html; charset=utf-8');
    return new Response(statusPage({ reason, message, port, place }), { status, headers });
  }
}

interface Asked {
  readonly answer: Answer;
  /** Ports of the engine that answered. */
  readonly open: ReadonlySet<number>;
  /** Null where asking has effects. */
  readonly again: AskAgain | null;
}

async function ask(links: Links, request: Request, port: number, place: PreviewPlace): Promise<Asked> {
  const url = new URL(request.url);
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : await readBody(request);
  const asked = {
    port,
    method: request.method,
    target: url.pathname + url.search,
    headers: guestRequestHeaders(request, port, place, navigator.userAgent),
    body: body === null ? 'none' : body instanceof Uint8Array ? body : 'stream',
    credentials: request.credentials === 'include' || (request.credentials === 'same-origin' && port === place.port),
  } as const;
  for (;;) {
    const link = await links.find(port);
    if (link === null) throw new GuestError('gone', 'No open tab runs this project.');
    try {
      const answer = await link.request(asked, body instanceof ReadableStream ? body : null, request.signal);
      const again: AskAgain = () => link.request(asked, null, new AbortController().signal);
      return { answer, open: link.open, again: request.method === 'GET' ? again : null };
    } catch (error) {
      // Another engine may have taken over; what has no effect can be asked again.
      const isGone = error instanceof GuestError && error.reason === 'gone';
      if (!isGone || (request.method !== 'GET' && request.method !== 'HEAD')) throw error;
    }
  }
}

/** A short body whole, a long one as a stream. */
async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null> {
  // Where requests have no stream of their body it comes whole; an empty one is none.
  if (request.body === null || request.body === undefined) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.length === 0 ? null : bytes;
  }
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  for (let length = 0; length <= WHOLE_BODY;) {
    const { value, done } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
    parts.push(value);
    length += value.length;
  }
  return new ReadableStream({
    async pull(controller) {
      const first = parts.shift();
      if (first !== undefined) return controller.enqueue(first);
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

interface Answered {
  readonly open: ReadonlySet<number>;
  readonly port: number;
  readonly place: PreviewPlace;
  /** What a page's document goes through to be remembered; null where it is not. */
  readonly remember: () => TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> | null;
}

async function guestResponse(request: Request, answer: Answer, { open, port, place, remember }: Answered): Promise<Response> {
  const { head } = answer;
  if (head.status < 200 || head.status > 599) throw new GuestError('garbage', `Port ${port} answered with status ${head.status}.`);
  const nonce = crypto.randomUUID();
  const headers = pageResponseHeaders(head.headers, { url: request.url, place, open, nonce, policy: embedderPolicy() });
  const init = { status: head.status, statusText: /^[\t\x20-\x7e]*$/.test(head.reason) ? head.reason : '', headers };
  if (!head.hasBody || head.status === 205) {
    if (head.status === 205) await answer.body.cancel();
    return new Response(null, init);
  }
  let body = decodeBody(answer.body, headers);
  const type = headers.get('content-type') ?? '';
  if (isDocument(request) && /^\s*text\/html\s*(?:;|$)/i.test(type)) {
    headers.delete('content-length');
    const script = pageScript({ page: head.page, port, place, nonce });
    const remembered = head.status === 200 ? remember() : null;
    if (remembered !== null) body = body.pipeThrough(remembered);
    body = body.pipeThrough(injectIntoHtml(script, /;\s*charset\s*=/i.test(type)));
  }
  return new Response(body, init);
}

function isDocument({ mode, destination }: Request): boolean {
  return mode === 'navigate' || destination === 'document' || destination === 'iframe' || destination === 'frame';
}

/** `credentialless` lets a page show images of servers that know nothing of isolation. WebKit does not have it (its user agent has no other trait that a worker can test). */
function embedderPolicy(): EmbedderPolicy {
  return /AppleWebKit\/(?!537\.36)/.test(navigator.userAgent) ? 'require-corp' : 'credentialless';
}
