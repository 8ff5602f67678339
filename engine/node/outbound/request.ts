/**
 * HTTP requests to hosts outside the page: by the browser's fetch where the other side allows it (CORS), else through the server's proxy `/api/fetch`, which is
 * off unless the administrator names hosts. A request that may change something goes to the proxy first: what CORS refuses has been sent already.
 */
import type { Environment } from '../environment.ts';
import { decodeUtf8 } from '../text.ts';

export interface OutsideRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  readonly signal: AbortSignal;
}

export interface OutsideResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ReadableStreamDefaultReader<Uint8Array> | null;
}

const SAFE = /^(?:GET|HEAD|OPTIONS)$/;
/** Headers that the browser sets itself or that speak of the connection. */
const NOT_SENT =
  /^(?:host|connection|content-length|transfer-encoding|accept-encoding|user-agent|origin|referer|cookie|date|expect|keep-alive|te|trailer|upgrade|via|sec-.*|proxy-.*)$/i;

/** Neither way leads there; `refusals` say why, in the order in which they were tried. */
export class OutsideError extends Error {
  readonly code = 'ENETUNREACH';
  constructor(url: string, refusals: readonly string[]) {
    super(`${new URL(url).host} cannot be reached from the page: ${refusals.join(' ')}`);
    this.name = 'Error';
  }
}

type Attempt = OutsideResponse | string;

export async function requestOutside(environment: Environment, request: OutsideRequest): Promise<OutsideResponse> {
  const ways = SAFE.test(request.method) ? [byBrowser, byProxy] : [byProxy, byBrowser];
  const refusals: string[] = [];
  for (const way of ways) {
    const attempt = await way(environment, request);
    if (typeof attempt !== 'string') return attempt;
    refusals.push(attempt);
  }
  throw new OutsideError(request.url, refusals);
}

async function byBrowser({ host }: Environment, request: OutsideRequest): Promise<Attempt> {
  let response: Response;
  try {
    response = await host.fetch(request.url, {
      method: request.method,
      headers: request.headers.filter(([name]) => !NOT_SENT.test(name)).map(([name, value]): [string, string] => [name, value]),
      body: request.body as Uint8Array<ArrayBuffer> | null,
      credentials: 'omit',
      cache: 'no-store',
      signal: request.signal,
    });
  } catch (error) {
    if (request.signal.aborted) throw error;
    return 'The browser got no answer (the host is not there, or does not allow requests from other origins).';
  }
  // The browser has decoded the body.
  const headers = [...response.headers].filter(([name]) => name !== 'content-encoding' && name !== 'content-length');
  return { status: response.status, statusText: response.statusText, headers, body: response.body?.getReader() ?? null };
}

async function byProxy({ host }: Environment, request: OutsideRequest): Promise<Attempt> {
  let response: Response;
  try {
    response = await host.fetch(`${host.origin}/api/fetch`, {
      method: request.method,
      headers: { 'x-jampot-url': request.url, 'x-jampot-headers': JSON.stringify(request.headers) },
      body: request.body as Uint8Array<ArrayBuffer> | null,
      signal: request.signal,
    });
  } catch (error) {
    if (request.signal.aborted) throw error;
    return "The IDE's server does not answer.";
  }
  const answer = response.headers.get('x-jampot-answer');
  if (answer === null) return refusal(response);
  const { status, statusText, headers } = JSON.parse(decodeUtf8(fromBase64Url(answer))) as Omit<OutsideResponse, 'body'>;
  return { status, statusText, headers, body: response.body?.getReader() ?? null };
}

/** The server's own words: why, and what the administrator can do. */
async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { title, cause, remedy } = JSON.parse(text) as Record<'title' | 'cause' | 'remedy', unknown>;
    if (typeof title === 'string') return `${title}: ${String(cause)} ${String(remedy)}`;
  } catch {
    // Not the proxy's answer: its status has to do.
  }
  return `The IDE's server answered ${response.status}.`;
}

function fromBase64Url(text: string): Uint8Array {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}
