import { createHash } from 'node:crypto';
import type { Agent } from 'node:https';
import { requestUpstream } from '../http/upstream.ts';
import { ProblemError } from '../problem.ts';
import { PROVIDERS, type Provider } from './providers.ts';

/** What a provider's site answers for a path. The bytes stay here: a stranger's page must not appear under the IDE's origin. */
export interface LiveFile {
  readonly status: number;
  /** Lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

interface Options {
  readonly providers?: Readonly<Record<string, Provider>>;
  readonly agent?: Agent | undefined;
  readonly signal?: AbortSignal;
  /** Bytes. */
  readonly limit?: number;
  readonly isAllowed?: (url: URL) => boolean;
}

const MOST_REDIRECTS = 3;
const IDLE = 30_000;
const LIMIT = 100 * 2 ** 20;

/**
 * Hashes a file of a published site, for pages that may not read the site themselves. Only hosts that a provider serves sites from are asked, over https.
 * @throws {ProblemError} LIVE_HOST, LIVE_UNREACHABLE
 */
export async function hashLiveFile(text: string | null, options: Options = {}): Promise<LiveFile> {
  const { agent, signal, limit = LIMIT, isAllowed = isSiteOfProvider(options.providers ?? PROVIDERS) } = options;
  const first = URL.canParse(text ?? '') ? new URL(text ?? '') : null;
  if (first === null || !isAllowed(first)) throw notAllowed(text ?? '');
  let url: URL = first;
  const { host } = url;
  for (let hop = 0; ; hop += 1) {
    const request = { url, headers: { 'accept-encoding': 'identity', 'user-agent': 'jampot' }, agent, signal, idleTimeout: IDLE };
    const answer = await requestUpstream(request).catch((cause: unknown) => {
      throw unreachable(host, cause);
    });
    const { location } = answer.headers;
    if (answer.status >= 300 && answer.status <= 399 && location !== undefined && hop < MOST_REDIRECTS) {
      answer.body.resume();
      const next: URL | null = URL.canParse(location, url) ? new URL(location, url) : null;
      if (next === null || next.host !== host || !isAllowed(next)) throw notAllowed(next?.href ?? location);
      url = next;
      continue;
    }
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw new Error(`The answer has more than ${limit} bytes.`);
        hash.update(chunk);
      }
    } catch (cause) {
      throw unreachable(host, cause);
    }
    return { status: answer.status, sha256: hash.digest('hex'), size };
  }
}

function isSiteOfProvider(providers: Readonly<Record<string, Provider>>): (url: URL) => boolean {
  return ({ protocol, host, username, password }) =>
    protocol === 'https:' && username === '' && password === '' && Object.values(providers).some(({ sites }) => sites.test(host));
}

function notAllowed(text: string): ProblemError {
  return new ProblemError(403, {
    code: 'LIVE_HOST',
    title: 'This address is not checked',
    cause: `“${text.slice(0, 200)}” is no https address of a site at one of the providers.`,
    remedy: 'Open the address in the browser instead.',
  });
}

function unreachable(host: string, cause: unknown): ProblemError {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? (cause instanceof Error ? cause.message : 'unknown');
  return new ProblemError(
    502,
    {
      code: 'LIVE_UNREACHABLE',
      title: 'The site cannot be reached',
      cause: `This server’s connection to ${host} failed (${reason}).`,
      remedy: 'Open the address in the browser, or try again.',
    },
    { cause },
  );
}
