import type { Agent } from 'node:https';
import { Readable, Transform } from 'node:stream';
import { requestUpstream, type UpstreamResponse } from '../http/upstream.ts';
import { ProblemError } from '../problem.ts';
import { PROVIDERS, type Call, type Provider } from './providers.ts';

export interface ProviderProxyOptions {
  readonly providers?: Readonly<Record<string, Provider>>;
  /** How the connection to the provider is made. */
  readonly agent?: Agent | undefined;
  readonly limits?: Partial<Limits>;
}

interface Limits {
  /** Bytes. */
  readonly json: number;
  readonly file: number;
  readonly answer: number;
  /** Milliseconds without a byte. */
  readonly idle: number;
  /** Milliseconds for everything. */
  readonly total: number;
}

const MEGABYTE = 2 ** 20;
/** The file limit has to stay below Next's own (next.config.js), which cuts bodies without a word. */
const LIMITS: Limits = { json: 16 * MEGABYTE, file: 100 * MEGABYTE, answer: 32 * MEGABYTE, idle: 60_000, total: 600_000 };

const PREFIX = '/api/providers/';
/** Headers of the answer that a client acts on; cookies are not among them. */
const PASSED_BACK = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];

/**
 * Passes a page's call on to a provider: `/api/providers/<provider>/<path>`. The token comes with each request, goes to the provider's one origin and is
 * neither kept nor logged. Methods, paths and queries are those of a list; bodies are streamed; redirects are not followed; cookies go neither way.
 */
export async function askProvider(request: Request, options: ProviderProxyOptions = {}): Promise<Response> {
  const limits = { ...LIMITS, ...options.limits };
  const incoming = new URL(request.url);
  const [name = '', ...rest] = incoming.pathname.slice(incoming.pathname.indexOf(PREFIX) + PREFIX.length).split('/');
  const providers = options.providers ?? PROVIDERS;
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined) throw unknownProvider(name);
  const path = `/${rest.join('/')}`;
  const call = allowedCall(provider, request.method, path);
  const url = new URL(path, provider.origin);
  for (const [key, value] of incoming.searchParams) if (provider.query.has(key)) url.searchParams.append(key, value);

  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limits.total)]);
  const upstream = await requestUpstream({
    url,
    method: request.method,
    headers: { ...requestHeaders(request, call), authorization: tokenOf(request, provider) },
    body: bodyOf(request, call, call.body === 'file' ? limits.file : limits.json),
    agent: options.agent,
    signal,
    idleTimeout: limits.idle,
  }).catch((cause: unknown) => {
    if (cause instanceof ProblemError) throw cause;
    throw unreachable(provider, cause);
  });
  return responseOf(upstream, provider, limits.answer);
}

function allowedCall(provider: Provider, method: string, path: string): Call {
  // An escaped slash or dot segment may be read in another way further on.
  const isPlain = !/%(?:2f|5c|00)/i.test(path) && !/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path);
  const call = isPlain ? provider.calls.find((one) => one.method === method && one.path.test(path)) : undefined;
  if (call !== undefined) return call;
  throw new ProblemError(403, {
    code: 'PROVIDER_CALL',
    title: 'This call is not passed on',
    cause: `${method} ${path} is none of the calls of ${provider.name} that deploying needs.`,
    remedy: 'Ask the provider directly.',
  });
}

function requestHeaders(request: Request, call: Call): Record<string, string> {
  const length = request.headers.get('content-length');
  return {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'jampot',
    ...(call.body === 'json' && { 'content-type': 'application/json' }),
    ...(call.body === 'file' && { 'content-type': 'application/octet-stream' }),
    ...(call.body === 'none'
      ? request.method === 'GET'
        ? {}
        : { 'content-length': '0' }
      : length === null
        ? {}
        : { 'content-length': length }),
  };
}

function tokenOf(request: Request, provider: Provider): string {
  const authorization = request.headers.get('authorization') ?? '';
  if (/^Bearer [\x21-\x7e]{1,1000}$/.test(authorization)) return authorization;
  throw new ProblemError(401, {
    code: 'PROVIDER_TOKEN',
    title: `No token for ${provider.name}`,
    cause: 'The request has no header “Authorization: Bearer …”.',
    remedy: `Enter a token of ${provider.name}.`,
  });
}

function bodyOf(request: Request, { body }: Call, limit: number): Readable | undefined {
  if (body === 'none' || request.body === null) return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  const source = Readable.fromWeb(request.body as import('node:stream/web').ReadableStream);
  const limited = limitedTo(limit, () => tooLarge(limit));
  source.on('error', (error) => limited.destroy(error));
  limited.on('close', () => source.destroy());
  return source.pipe(limited);
}

function responseOf(upstream: UpstreamResponse, provider: Provider, limit: number): Response {
  const { status, headers, body } = upstream;
  if (status >= 300 && status <= 399) {
    body.resume();
    throw new ProblemError(502, {
      code: 'PROVIDER_REDIRECT',
      title: `${provider.name} answered with a redirect`,
      cause: `It sent on to ${String(headers.location ?? 'nowhere')}, and a token is never taken to another place.`,
      remedy: 'Try again later; if it stays, the provider has changed its API.',
    });
  }
  const passed = PASSED_BACK.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []));
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(String(headers['content-type'] ?? ''));
  const init = {
    status,
    // Nothing that a browser would run, whatever the provider calls it.
    headers: {
      ...Object.fromEntries(passed),
      'Content-Type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    },
  };
  if (status === 204 || status === 205) {
    body.resume();
    return new Response(null, init);
  }
  const limited = limitedTo(limit, () => new Error(`${provider.name} sent more than ${limit} bytes.`));
  body.on('error', (error) => limited.destroy(error));
  limited.on('close', () => body.destroy());
  return new Response(Readable.toWeb(body.pipe(limited)) as ReadableStream<Uint8Array>, init);
}

function limitedTo(limit: number, error: () => Error): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) done(error());
      else done(null, chunk);
    },
  });
}

function unknownProvider(name: string): ProblemError {
  return new ProblemError(404, {
    code: 'PROVIDER_UNKNOWN',
    title: 'No such provider',
    cause: `This server knows no provider “${name.slice(0, 40)}”.`,
    remedy: `There are: ${Object.keys(PROVIDERS).join(', ')}.`,
  });
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError(413, {
    code: 'PROVIDER_BODY',
    title: 'The file is too large',
    cause: `At most ${limit / MEGABYTE} MB of one file are passed on to a provider.`,
    remedy: 'Make the file smaller, or deploy with the provider’s own tool.',
  });
}

function unreachable(provider: Provider, cause: unknown): ProblemError {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? (cause instanceof Error ? cause.name : 'unknown');
  return new ProblemError(
    502,
    {
      code: 'PROVIDER_UNREACHABLE',
      title: `${provider.name} cannot be reached`,
      cause: `This server’s connection to ${new URL(provider.origin).host} failed (${reason}).`,
      remedy: 'Try again; if it stays, check that the server has a network.',
    },
    { cause },
  );
}
