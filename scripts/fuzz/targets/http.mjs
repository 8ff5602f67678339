import assert from 'node:assert/strict';
import { HttpSyntaxError, ResponseParser } from '../../../engine/preview/http/response-parser.ts';
import { requireDeclared } from '../declared.mjs';
import { joined } from '../random.mjs';

/** @typedef {import('../random.mjs').Random} Random */

const encoder = new TextEncoder();

/** @param {Uint8Array} bytes @param {readonly number[]} cuts @param {string} method what the parser makes of the pieces */
function parseInPieces(bytes, cuts, method) {
  const parser = new ResponseParser(method);
  const heads = [];
  const body = [];
  try {
    let from = 0;
    for (const to of [...cuts, bytes.length]) {
      for (const part of parser.push(bytes.slice(from, to))) {
        if (part.type === 'head') heads.push(part.head);
        else body.push(part.bytes);
      }
      from = to;
    }
    return { heads, body: joined(body), isWhole: parser.end(), rest: parser.takeRest() };
  } catch (error) {
    requireDeclared(error, HttpSyntaxError);
    return 'refused';
  }
}

/** @param {Random} random */
export function httpHead(random) {
  const body = random.bytes(random.length(300));
  const isChunked = random.chance(0.5);
  const chunks = [];
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + random.length(100));
    chunks.push(
      encoder.encode(`${size.toString(16)}${random.pick(['', ';x=1', ' '])}\r\n`),
      body.subarray(at, at + size),
      encoder.encode('\r\n'),
    );
    at += size;
  }
  const isTidy = random.chance(0.4);
  const tidied = (/** @type {string} */ text) => (isTidy ? text.replace(/[^\x20-\x7e]/g, '') : text);
  const status = random.pick([100, 101, 103, 200, 204, 206, 304, 404, 599, 99, 1000]);
  const head = [
    `HTTP/1.${random.pick([0, 1, 1, 1, 2])} ${status}${random.pick([' OK', '', ' ', ' Ä'])}`,
    ...Array.from(
      { length: random.below(4) },
      () => `x${isTidy ? '' : random.text(12)}:${random.pick(['', ' '])}${tidied(random.text(30))}`,
    ),
    isChunked
      ? 'Transfer-Encoding: chunked'
      : `Content-Length: ${random.chance(0.9) ? body.length : random.pick(['-1', '1, 2', '1e3', '9'.repeat(16), ''])}`,
  ].join(random.chance(0.9) ? '\r\n' : '\n');
  const whole = joined([
    encoder.encode(`${head}\r\n\r\n`),
    ...(isChunked ? [...chunks, encoder.encode(`0\r\n${random.pick(['', 'X: y\r\n'])}\r\n`)] : [body]),
  ]);
  const bytes = isTidy ? whole : random.mutate(whole);
  const method = random.pick(['GET', 'GET', 'HEAD']);
  const cuts = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  const atOnce = parseInPieces(bytes, [], method);
  const inPieces = parseInPieces(bytes, cuts, method);
  // Where a refusal comes while bytes are still on their way, the pieces before it may have been handed out: the verdict is the same.
  if (atOnce === 'refused' || inPieces === 'refused') return assert.equal(inPieces, atOnce);
  assert.deepEqual(inPieces, atOnce);
  if (isTidy && status === 200 && method === 'GET') {
    assert.ok(atOnce.isWhole);
    assert.deepEqual(atOnce.body, body);
  }
}
