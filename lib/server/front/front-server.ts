import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { classifyHost, type HostKind } from '../../origins.ts';
import { noteClientAddress } from '../client-address.ts';
import { problemResponse } from '../problem.ts';
import { routeRequest, type Decision } from '../route-request.ts';
import type { Settings } from '../settings.ts';
import { MAX_HEADER_SIZE, REQUEST_TIMEOUT } from './http-limits.ts';
import { sendWebResponse, toWebRequest } from './web-request.ts';

/** Host names whose kind is remembered. */
const MOST_HOSTS = 1000;

/** Pages, static files and route handlers. */
export interface Application {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

type EdgeHost = Extract<HostKind, { kind: 'edge' }>;
type EdgeAnswer = (request: IncomingMessage, response: ServerResponse, host: EdgeHost) => void;

/** Deployed sites and the API that deploys them. */
export interface EdgePart {
  /** Answers a request to a deployed site's host. */
  serve(request: IncomingMessage, response: ServerResponse, host: EdgeHost): Promise<void> | void;
  /** Answers `/api/v1/…`. */
  handle(request: Request): Promise<Response>;
}

export interface FrontOptions {
  readonly settings: Settings;
  readonly application: Application;
  readonly edge: EdgePart;
}

/** The server of all origins: deployed sites and the deploy API are answered here, everything else by the application. docs/architecture.md, "Server". */
export function createFrontServer({ settings, application, edge }: FrontOptions): Server {
  const hosts = new Map<string, HostKind>();
  const kindOf = (host: string): HostKind => {
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const kind = classifyHost(host, settings.base);
    if (hosts.size >= MOST_HOSTS) hosts.clear();
    hosts.set(host, kind);
    return kind;
  };

  const answerReader = together((request, response, host) => answerOrFail(response, () => edge.serve(request, response, host)));

  const route = (request: IncomingMessage, response: ServerResponse): Promise<void> | void => {
    const host = kindOf(request.headers.host ?? '');
    if (host.kind === 'edge') return answerReader(request, response, host);
    noteClientAddress(request, settings.trustProxy);
    if (isDeployApi(request.url ?? '') && (host.kind === 'ide' || host.kind === 'loopback' || host.kind === 'foreign'))
      return answerDeployApi(request, response, settings, edge);
    return application.handle(request, response);
  };

  const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE, requestTimeout: REQUEST_TIMEOUT }, (request, response) =>
    answerOrFail(response, () => route(request, response)),
  );
  server.on('upgrade', (request, socket, head) => {
    if (kindOf(request.headers.host ?? '').kind === 'edge') socket.destroy();
    else application.upgrade(request, socket, head);
  });
  return server;
}

/**
 * Answers the requests that came in one turn of the event loop together, when all of them are read. The first answer wakes whoever reads them; the next
 * ones find them awake, which on one machine (a proxy in front) is most of what an answer costs. docs/decisions/0016-front-server.md.
 * @param answer throws nothing
 */
function together(answer: EdgeAnswer): EdgeAnswer {
  let waiting: Parameters<EdgeAnswer>[] = [];
  const answerAll = (): void => {
    const requests = waiting;
    waiting = [];
    for (const request of requests) answer(...request);
  };
  return (...request) => {
    if (waiting.push(request) === 1) setImmediate(answerAll);
  };
}

function answerOrFail(response: ServerResponse, answer: () => Promise<void> | void): void {
  const failed = (error: unknown): void => fail(error, response);
  try {
    const answering = answer();
    if (answering !== undefined) answering.catch(failed);
  } catch (error) {
    failed(error);
  }
}

function isDeployApi(target: string): boolean {
  return target.startsWith('/api/v1/');
}

async function answerDeployApi(request: IncomingMessage, response: ServerResponse, settings: Settings, edge: EdgePart): Promise<void> {
  const { host = '', ...rest } = request.headers;
  const [path = '', query] = (request.url ?? '').split(/\?(.*)/s);
  const decision = routeRequest(
    {
      method: request.method ?? 'GET',
      path,
      search: query === undefined ? '' : `?${query}`,
      header: (name) => (name === 'host' ? host : (rest[name]?.toString() ?? null)),
    },
    settings,
  );
  if (decision.action !== 'next') return sendWebResponse(decisionResponse(decision), response);
  const origin = `${settings.base.protocol}//${host}`;
  // What it would make of "/api/v1/../x" and the like is not the path that was routed.
  if (!isOrigin(origin) || request.method === 'TRACE' || /(?:^|\/)\.{1,2}(?:\/|$)/.test(path.replaceAll(/%2e/gi, '.'))) {
    const problem = {
      code: 'MALFORMED_PATH',
      title: 'The request is malformed',
      cause: `It is ${request.method} ${path} of ${host}.`,
      remedy: 'Leave out "." and ".." of the path, users of the host, and TRACE.',
    };
    return sendWebResponse(problemResponse(400, problem), response, decision.headers);
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answer = await edge.handle(toWebRequest(request, new URL(request.url ?? '', origin), gone.signal));
  await sendWebResponse(answer, response, decision.headers);
}

/** Whether it is one, with nothing that the web’s Request refuses. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).username === '' && new URL(text).password === '';
}

function decisionResponse(decision: Decision): Response {
  if (decision.action === 'respond') return new Response(decision.body, { status: decision.status, headers: decision.headers });
  throw new Error(`The API's requests are answered or refused, not answered by “${decision.action}”.`);
}

/** What a client that went away leaves behind is no failure of the server. */
const GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ABORT_ERR']);

function fail(error: unknown, response: ServerResponse): void {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (!(response.destroyed && code !== undefined && GONE.has(code))) console.error(error);
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end('The server failed.\n');
}
