import type { IncomingMessage } from 'node:http';

export const CLIENT_HEADER = 'x-jampot-client';

/**
 * Address of the client that sent a request. The front server puts it into this header in the place of whatever came with the request; where there is no front
 * server, all clients count as one.
 */
export function clientAddress(headers: Headers): string {
  return headers.get(CLIENT_HEADER) ?? 'unknown';
}

/**
 * Puts the client's address where `clientAddress` finds it: the connection's, or with a trusted proxy the last one of X-Forwarded-For, which is the one that
 * the proxy itself added; what stands before it anybody may have written.
 */
export function noteClientAddress(request: IncomingMessage, trustProxy: boolean): void {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.at(-1) : forwarded)?.split(',').at(-1)?.trim();
  request.headers[CLIENT_HEADER] = last || request.socket.remoteAddress || 'unknown';
}
