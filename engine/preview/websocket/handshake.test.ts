import { describe, expect, it } from 'vitest';
import { checkHandshake, handshakeBytes, handshakeKey } from './handshake.ts';

/** Key and accept of RFC 6455 §1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const head = (fields: Readonly<Record<string, string>>, status = 101) => ({
  status,
  reason: 'Some Reason',
  hasBody: false,
  headers: Object.entries({ Upgrade: 'WebSocket', Connection: 'keep-alive, Upgrade', 'Sec-WebSocket-Accept': ACCEPT, ...fields }),
});

describe('handshakeKey', () => {
  it('encodes the nonce', () => {
    expect(handshakeKey(new TextEncoder().encode('the sample nonce'))).toBe(KEY);
  });
});

describe('handshakeBytes', () => {
  it('asks for the upgrade', () => {
    const text = new TextDecoder().decode(
      handshakeBytes({ target: '/live', key: KEY, protocols: ['a', 'b'], headers: [['Host', 'localhost:1']] }),
    );
    expect(text).toBe(
      `GET /live HTTP/1.1\r\nHost: localhost:1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Protocol: a, b\r\n\r\n`,
    );
  });
});

describe('checkHandshake', () => {
  it("accepts the RFC's answer", async () => {
    expect(await checkHandshake(head({}), KEY, [])).toBe('');
    expect(await checkHandshake(head({ 'sec-websocket-protocol': 'b' }), KEY, ['a', 'b'])).toBe('b');
  });

  it.each([
    ['another status', head({}, 404)],
    ['no upgrade', head({ Upgrade: 'h2c' })],
    ['a connection that stays', head({ Connection: 'keep-alive' })],
    ['another accept', head({ 'Sec-WebSocket-Accept': 'AAAA' })],
    ['extensions', head({ 'Sec-WebSocket-Extensions': 'permessage-deflate' })],
    ['a protocol that nobody offered', head({ 'Sec-WebSocket-Protocol': 'c' })],
  ])('refuses %s', async (_, answer) => {
    expect(await checkHandshake(answer, KEY, ['a'])).toBeInstanceOf(Error);
  });
});
