/** The opening handshake of a WebSocket, the client's side (RFC 6455 §4.1). */
import type { HeaderList } from '../../protocol/preview-messages.ts';
import type { ResponseHead } from '../http/response-parser.ts';

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** @param nonce 16 random bytes */
export function handshakeKey(nonce: Uint8Array): string {
  return btoa(String.fromCharCode(...nonce));
}

export function handshakeBytes(options: {
  readonly target: string;
  readonly key: string;
  readonly protocols: readonly string[];
  readonly headers: HeaderList;
}): Uint8Array<ArrayBuffer> {
  const { target, key, protocols, headers } = options;
  const fields: HeaderList = [
    ...headers,
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', key],
    ...(protocols.length === 0 ? [] : ([['Sec-WebSocket-Protocol', protocols.join(', ')]] as const)),
  ];
  const lines = [`GET ${target} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}

/** @returns the chosen protocol, empty without one, or an Error that says why the answer opens no WebSocket. */
export async function checkHandshake(head: ResponseHead, key: string, protocols: readonly string[]): Promise<string | Error> {
  const field = (name: string): string | undefined => head.headers.find(([one]) => one.toLowerCase() === name)?.[1];
  if (head.status !== 101) return new Error(`the server answered ${head.status} ${head.reason}`.trimEnd());
  if (field('upgrade')?.toLowerCase() !== 'websocket' || !/(?:^|,)\s*upgrade\s*(?:,|$)/i.test(field('connection') ?? '')) {
    return new Error('the server did not upgrade the connection to a WebSocket');
  }
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + ACCEPT_SUFFIX));
  if (field('sec-websocket-accept') !== btoa(String.fromCharCode(...new Uint8Array(digest)))) {
    return new Error('Sec-WebSocket-Accept does not belong to the key');
  }
  if (field('sec-websocket-extensions') !== undefined) return new Error('the server chose an extension that nobody offered');
  const protocol = field('sec-websocket-protocol') ?? '';
  return protocol === '' || protocols.includes(protocol)
    ? protocol
    : new Error(`the server chose the protocol "${protocol}", which nobody offered`);
}
