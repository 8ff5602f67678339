import { describe, expect, it } from 'vitest';
import { HttpSyntaxError, ResponseParser } from './response-parser.ts';
import type { ResponseHead } from './response-parser.ts';

const encode = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));

interface Parsed {
  heads: ResponseHead[];
  body: string;
  isDone: boolean;
  isComplete: boolean;
}

/** Parses an answer in pieces of `size` bytes, then ends the connection. */
function parse(answer: string, { method = 'GET', size = answer.length } = {}): Parsed {
  const parser = new ResponseParser(method);
  const heads: ResponseHead[] = [];
  let body = '';
  for (let at = 0; at < answer.length; at += size) {
    for (const part of parser.push(encode(answer.slice(at, at + size)))) {
      if (part.type === 'head') heads.push(part.head);
      else body += String.fromCharCode(...part.bytes);
    }
  }
  const { isDone } = parser;
  return { heads, body, isDone, isComplete: parser.end() };
}

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext="a"\r\nhello\r\n6 \r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n';

describe('ResponseParser', () => {
  it('reads status, reason and fields', () => {
    const { heads } = parse('HTTP/1.1 404 Not Here\r\nContent-Length: 0\r\nX-A:  b \r\nx-a: \xfc\r\n\r\n');
    expect(heads).toEqual([
      {
        status: 404,
        reason: 'Not Here',
        headers: [
          ['Content-Length', '0'],
          ['X-A', 'b'],
          ['x-a', 'ü'],
        ],
        hasBody: true,
      },
    ]);
  });

  it('reads bodies of a given length and no more', () => {
    expect(parse('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more')).toMatchObject({ body: 'hello', isDone: true });
  });

  it('reads chunked bodies and drops extensions and trailers', () => {
    expect(parse(CHUNKED)).toMatchObject({ body: 'hello world', isDone: true });
  });

  it('reads bodies that end with the connection', () => {
    expect(parse('HTTP/1.0 200 OK\r\n\r\nall of it')).toMatchObject({ body: 'all of it', isDone: false, isComplete: true });
    expect(parse('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nall of it')).toMatchObject({
      body: 'all of it',
      isComplete: true,
    });
  });

  it.each([1, 2, 3, 7])('gives the same whatever pieces of %i bytes come', (size) => {
    expect(parse(CHUNKED, { size })).toEqual(parse(CHUNKED));
  });

  it('knows answers that have no body', () => {
    expect(parse('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', { method: 'HEAD' })).toMatchObject({
      isDone: true,
      heads: [{ hasBody: false }],
    });
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n')).toMatchObject({ isDone: true });
    expect(parse('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n')).toMatchObject({ isDone: true });
  });

  it('passes over informational answers', () => {
    const { heads } = parse(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
    );
    expect(heads.map(({ status, reason }) => [status, reason])).toEqual([[200, '']]);
  });

  it('keeps what follows a switch of protocols', () => {
    const parser = new ResponseParser('GET');
    const parts = parser.push(encode('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nrest'));
    expect(parts).toMatchObject([{ type: 'head', head: { status: 101 } }]);
    expect(String.fromCharCode(...parser.takeRest())).toBe('rest');
  });

  it('tells incomplete answers', () => {
    expect(parse('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello').isComplete).toBe(false);
    expect(parse('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n').isComplete).toBe(false);
    expect(parse('HTTP/1.1 200 OK\r\nContent-').isComplete).toBe(false);
    expect(parse('').isComplete).toBe(false);
  });

  it.each([
    ['other protocols, at their first bytes', 'SSH-2.0'],
    ['status lines', 'HTTP/1.1 OK 200\r\n\r\n'],
    ['versions', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['fields', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
    ['lengths', 'HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n'],
    ['lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n'],
    ['sizes of chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['chunks longer than their size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n'],
  ])('refuses wrong %s', (_, answer) => {
    expect(() => parse(answer)).toThrow(HttpSyntaxError);
  });
});
