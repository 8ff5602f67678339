import { request as httpRequest, type Agent as HttpAgent, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, type Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';

export interface UpstreamRequest {
  readonly url: URL;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Readable | undefined;
  readonly agent?: HttpAgent | HttpsAgent | undefined;
  readonly lookup?: LookupFunction | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without any byte from the other side after which the request fails. */
  readonly idleTimeout: number;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values alternately, as they came. */
  readonly rawHeaders: readonly string[];
  /** Bytes as they came, still encoded by Content-Encoding. Fails when the other side stops half-way. */
  readonly body: Readable;
}

/** One HTTP request; redirects are not followed. Rejects with Node's error of the connection, or a TimeoutError. */
export function requestUpstream(options: UpstreamRequest): Promise<UpstreamResponse> {
  const { url, method = 'GET', headers = {}, body, agent, lookup, signal, idleTimeout } = options;
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method,
      headers: headers as Record<string, string | string[]>,
      timeout: idleTimeout,
      ...(agent === undefined ? {} : { agent }),
      ...(lookup === undefined ? {} : { lookup }),
      ...(signal === undefined ? {} : { signal }),
    });
    request.on('timeout', () => request.destroy(new DOMException(`No answer within ${idleTimeout / 1000} s.`, 'TimeoutError')));
    request.on('error', reject);
    request.on('response', (response) => {
      resolve({
        status: response.statusCode ?? 0,
        statusText: response.statusMessage ?? '',
        headers: response.headers,
        rawHeaders: response.rawHeaders,
        body: response,
      });
    });
    if (body === undefined) request.end();
    else body.on('error', (error) => request.destroy(error)).pipe(request);
  });
}
