import { messageOf } from '../errors/problem.ts';
import { cancelled, DeployError, type DeployErrorCode } from './deploy-error.ts';

export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly json: unknown } | { readonly bytes: Uint8Array<ArrayBuffer> };
  /** What the user is told that failed: “upload index.html”. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait, with the reason in words, and with null when the request is tried again. */
  readonly onWaiting?: ((reason: string | null) => void) | undefined;
  /** How often it is tried in all. */
  readonly attempts?: number;
}

export interface ProviderClientOptions {
  /** For people: “Netlify”. */
  readonly name: string;
  /** Where the API is, without a slash at the end. */
  readonly base: string;
  readonly token: string;
  readonly fetch: typeof fetch;
  /** For tests. @param milliseconds to wait; rejects when the signal aborts */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Sends requests of one provider's API: with its token, again after what may pass, and with errors that carry the provider's words. */
export interface ProviderClient {
  /** The answer's JSON; null when it has no body. */
  ask(request: ProviderRequest): Promise<unknown>;
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

const ATTEMPTS = 5;
/** Milliseconds. */
const FIRST_WAIT = 400;
const LONGEST_WAIT = 15_000;
/** Longest time that a provider may ask for in Retry-After, in seconds. */
const PATIENCE = 60;
/** Milliseconds without an answer, and the slowest upload that is worth going on with, in bytes a millisecond. */
const SILENCE = 60_000;
const SLOWEST = 16;

export function createProviderClient({ name, base, token, fetch, wait = sleep }: ProviderClientOptions): ProviderClient {
  const send = async ({ method, path, query, body, action, signal }: ProviderRequest): Promise<unknown> => {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const size = body !== undefined && 'bytes' in body ? body.bytes.length : 0;
    const timeout = AbortSignal.timeout(SILENCE + Math.ceil(size / SLOWEST));
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}${path}${search}`, {
        method,
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'Content-Type': 'json' in body ? 'application/json' : 'application/octet-stream' }),
        },
        ...(body !== undefined && { body: 'json' in body ? JSON.stringify(body.json) : body.bytes }),
        credentials: 'omit',
        redirect: 'error',
        cache: 'no-store',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted === true) throw cancelled();
      throw new DeployError('unreachable', `${name} did not answer: can’t ${action}.`, { said: messageOf(cause), cause });
    }
    if (!response.ok) throw errorOf(response, text, name, action);
    if (text === '') return null;
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new DeployError('bad-answer', `${name} answered something else than JSON: can’t ${action}.`, {
        said: text.slice(0, 200),
        cause,
      });
    }
  };

  return {
    wait,
    async ask(request) {
      const { signal, onWaiting, attempts = ATTEMPTS } = request;
      for (let attempt = 1; ; attempt += 1) {
        if (signal?.aborted === true) throw cancelled();
        try {
          return await send(request);
        } catch (error) {
          if (!(error instanceof DeployError) || attempt >= attempts || !mayPass(error)) throw error;
          onWaiting?.(error.code === 'rate-limited' ? `${name} asks to wait` : `${error.message} Trying again`);
          const pause = error.retryAfter === null ? backOff(attempt) : error.retryAfter * 1000;
          await wait(pause, signal).catch((reason: unknown) => {
            throw signal?.aborted === true ? cancelled() : reason;
          });
          onWaiting?.(null);
        }
      }
    },
  };
}

function mayPass({ code, retryAfter }: DeployError): boolean {
  if (retryAfter !== null && retryAfter > PATIENCE) return false;
  return code === 'unreachable' || code === 'rate-limited' || code === 'provider-failed';
}

/** Doubles, with up to half of it taken off by chance so that many clients do not come back together. */
function backOff(attempt: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)) * (1 - Math.random() / 2);
}

function errorOf(response: Response, text: string, name: string, action: string): DeployError {
  const { status } = response;
  const said = providerMessage(text) ?? `${status}${response.statusText === '' ? '' : ` ${response.statusText}`}`;
  const retryAfter = secondsOf(response.headers.get('retry-after'));
  return new DeployError(codeOf(status), `${name} refused to ${action}.`, { said, status, retryAfter });
}

function codeOf(status: number): DeployErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 429:
      return 'rate-limited';
    case 507:
      return 'provider-full';
    default:
      return status >= 500 ? 'provider-failed' : 'refused';
  }
}

/** The words of an error: `{message}` of Netlify's API, `{errors}` of some of its calls, `{cause}` of our own server. */
function providerMessage(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A page of a gateway in between; its markup helps nobody.
    return /^\s*</.test(text) || text.trim() === '' ? undefined : text.trim().slice(0, 300);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, cause, errors, error } = value as Record<string, unknown>;
  const found = [message, cause, error].find((word) => typeof word === 'string' && word !== '');
  if (typeof found === 'string') return found.slice(0, 300);
  return errors === undefined ? undefined : JSON.stringify(errors).slice(0, 300);
}

/** Retry-After as seconds: a number, or a date (RFC 9110, 10.2.3). */
function secondsOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
