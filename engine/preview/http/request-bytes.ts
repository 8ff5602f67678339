/** The client's half of HTTP/1.1 (RFC 9112 §3, §7.1): bytes of a request. */
import type { HeaderList } from '../../protocol/preview-messages.ts';

export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array | 'none' | 'stream';
}

/** Fields that belong to the connection, which is ours. */
const OWN_FIELDS = new Set(['connection', 'content-length', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** The head, and the body when it is whole. The connection ends with the answer. */
export function requestBytes({ method, target, headers, body }: RequestHead): Uint8Array<ArrayBuffer> {
  const lines = [`${method} ${target} HTTP/1.1`];
  for (const [name, value] of headers) if (!OWN_FIELDS.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  lines.push('Connection: close');
  if (body === 'stream') lines.push('Transfer-Encoding: chunked');
  else if (body !== 'none') lines.push(`Content-Length: ${body.length}`);
  else if (METHODS_WITH_BODY.has(method)) lines.push('Content-Length: 0');
  return concatenated(latin1(`${lines.join('\r\n')}\r\n\r\n`), body instanceof Uint8Array ? body : new Uint8Array());
}

/** One chunk of a streamed body; null ends it. */
export function chunkBytes(bytes: Uint8Array | null): Uint8Array<ArrayBuffer> {
  if (bytes === null) return latin1('0\r\n\r\n');
  if (bytes.length === 0) return new Uint8Array();
  return concatenated(latin1(`${bytes.length.toString(16)}\r\n`), bytes, latin1('\r\n'));
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code > 255 ? 63 : code;
  });
}

export function concatenated(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
