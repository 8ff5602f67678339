import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { requestUpstream } from '../http/upstream.ts';
import { ProblemError } from '../problem.ts';
import { isPublicAddress } from './addresses.ts';

/** Header of a request to `/api/fetch`: the address to ask. */
export const URL_HEADER = 'x-jampot-url';
/** Header of a request to `/api/fetch`: JSON of `[name, value][]`, the headers to send. */
export const HEADERS_HEADER = 'x-jampot-headers';
/** Header of the answer: base64url of the JSON of OutboundAnswer. The body is the other side's, undecoded. */
export const ANSWER_HEADER = 'x-jampot-answer';

export interface OutboundAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
}

interface Options {
  /** Hosts that may be asked: `api.example.com`, `*.example.com` (any name below), `*` (any public host). */
  readonly hosts: readonly string[];
  /** Addresses of a name; for tests. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  /** Whether an address may be asked; for tests. */
  readonly allowsAddress?: (address: string) => boolean;
  readonly idleTimeout?: number;
}

/** Headers that belong to one connection, and those by which the other side could mistake the server for someone else. */
const NOT_FORWARDED =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect|forwarded|x-forwarded-.*|x-real-ip)$/i;

/**
 * Asks public hosts of an allow-list on behalf of a guest. A name is resolved once, every address is checked, and the connection goes to
 * a checked address: a name that changes its mind in between cannot lead inside. Redirects are the guest's to follow, through here again.
 */
export async function askOutbound(request: Request, options: Options): Promise<Response> {
  const { hosts, idleTimeout = 30_000 } = options;
  const url = targetOf(request);
  if (hosts.length === 0) throw off();
  if (!hosts.some((pattern) => matchesHost(pattern, url.hostname))) throw notAllowed(url.hostname);
  const address = await checkedAddress(url.hostname, options);
  const headers = forwardedHeaders(request);
  const body = request.body === null ? undefined : Readable.fromWeb(request.body as import('node:stream/web').ReadableStream);
  const answer = await requestUpstream({
    url,
    method: request.method,
    headers,
    body,
    lookup: pinned(address),
    idleTimeout,
    signal: request.signal,
  }).catch((cause: unknown) => {
    throw new ProblemError(
      502,
      {
        code: 'FETCH_FAILED',
        title: `${url.host} cannot be reached`,
        cause: `The connection failed (${(cause as NodeJS.ErrnoException).code ?? (cause as Error).name}).`,
        remedy: 'Check the address, and that the server has a network.',
      },
      { cause },
    );
  });
  const description: OutboundAnswer = { status: answer.status, statusText: answer.statusText, headers: pairs(answer.rawHeaders) };
  return new Response(Readable.toWeb(answer.body) as ReadableStream<Uint8Array>, {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Cache-Control': 'no-store',
      [ANSWER_HEADER]: Buffer.from(JSON.stringify(description)).toString('base64url'),
    },
  });
}

function targetOf(request: Request): URL {
  const text = request.headers.get(URL_HEADER) ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ProblemError(400, {
      code: 'FETCH_URL',
      title: 'No address to ask',
      cause: `The header ${URL_HEADER} must hold an http(s) address, not "${text}".`,
      remedy: 'Send the address in that header.',
    });
  }
  return url;
}

export function matchesHost(pattern: string, hostname: string): boolean {
  if (pattern === '*') return true;
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.') ? hostname.endsWith(wanted.slice(1)) : hostname === wanted;
}

async function checkedAddress(hostname: string, { resolve = resolveName, allowsAddress = isPublicAddress }: Options): Promise<string> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(literal) > 0 ? [literal] : await resolve(hostname);
  const [first] = addresses;
  if (first === undefined || !addresses.every((address) => allowsAddress(address))) throw notAllowed(hostname);
  return first;
}

async function resolveName(hostname: string): Promise<readonly string[]> {
  try {
    return (await systemLookup(hostname, { all: true })).map(({ address }) => address);
  } catch (cause) {
    const problem = {
      code: 'FETCH_NAME',
      title: `${hostname} is not known`,
      cause: `Its name could not be resolved (${(cause as NodeJS.ErrnoException).code}).`,
      remedy: 'Check the spelling of the address.',
    };
    throw new ProblemError(502, problem, { cause });
  }
}

function pinned(address: string): LookupFunction {
  const family = isIP(address);
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

function forwardedHeaders(request: Request): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [name, value] of parsePairs(request.headers.get(HEADERS_HEADER))) {
    if (!NOT_FORWARDED.test(name)) (result[name.toLowerCase()] ??= []).push(value);
  }
  return result;
}

function parsePairs(text: string | null): ReadonlyArray<readonly [string, string]> {
  if (text === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const isPair = (item: unknown): item is [string, string] =>
    Array.isArray(item) && item.length === 2 && item.every((part) => typeof part === 'string');
  if (Array.isArray(value) && value.every(isPair)) return value;
  throw new ProblemError(400, {
    code: 'FETCH_HEADERS',
    title: 'The headers to send cannot be read',
    cause: `The header ${HEADERS_HEADER} must hold JSON like [["accept","*/*"]].`,
    remedy: 'Send the headers in that form.',
  });
}

function pairs(rawHeaders: readonly string[]): ReadonlyArray<readonly [string, string]> {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
}

function off(): ProblemError {
  return new ProblemError(403, {
    code: 'FETCH_OFF',
    title: 'The outbound proxy is off',
    cause: 'This server does not ask other hosts for projects; browsers ask those that allow it (CORS).',
    remedy: 'Whoever runs the server can name hosts in JAMPOT_FETCH.',
  });
}

function notAllowed(hostname: string): ProblemError {
  return new ProblemError(403, {
    code: 'FETCH_HOST',
    title: `${hostname} may not be asked`,
    cause: 'It is not in the server’s allow-list, or its address is not on the public internet.',
    remedy: 'Whoever runs the server can name hosts in JAMPOT_FETCH; private addresses are never asked.',
  });
}
