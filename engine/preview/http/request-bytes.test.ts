import { describe, expect, it } from 'vitest';
import { chunkBytes, requestBytes } from './request-bytes.ts';

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('requestBytes', () => {
  it('writes a request without a body', () => {
    const request = requestBytes({ method: 'GET', target: '/a?b=c', headers: [['Host', 'localhost:3000']], body: 'none' });
    expect(text(request)).toBe('GET /a?b=c HTTP/1.1\r\nHost: localhost:3000\r\nConnection: close\r\n\r\n');
  });

  it('gives a whole body its length, an empty one too', () => {
    expect(text(requestBytes({ method: 'POST', target: '/', headers: [], body: bytes('abc') }))).toBe(
      'POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc',
    );
    expect(text(requestBytes({ method: 'POST', target: '/', headers: [], body: 'none' }))).toContain('Content-Length: 0\r\n');
    expect(text(requestBytes({ method: 'DELETE', target: '/', headers: [], body: 'none' }))).not.toContain('Content-Length');
  });

  it("keeps the page's hands off the connection", () => {
    const headers = [
      ['Connection', 'keep-alive'],
      ['transfer-encoding', 'gzip'],
      ['Content-Length', '99'],
      ['x-a', 'b'],
    ] as const;
    expect(text(requestBytes({ method: 'PUT', target: '/', headers, body: 'stream' }))).toBe(
      'PUT / HTTP/1.1\r\nx-a: b\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
  });
});

describe('chunkBytes', () => {
  it('frames a piece with its size in hex, and the end', () => {
    expect(text(chunkBytes(bytes('x'.repeat(26))))).toBe(`1a\r\n${'x'.repeat(26)}\r\n`);
    expect(text(chunkBytes(null))).toBe('0\r\n\r\n');
  });

  it('writes nothing for an empty piece, which would end the body', () => {
    expect(chunkBytes(new Uint8Array())).toHaveLength(0);
  });
});
