/**
 * Address of the client that sent a request. The front server puts it into this header in the place of whatever came with the request; where there is no front
 * server, all clients count as one.
 */
export function clientAddress(headers: Headers): string {
  return headers.get('x-jampot-client') ?? 'unknown';
}
