/** WebSockets of a previewed page to guest servers. */
import { expect, test } from '../../e2e/support/test.ts';
import { bootPreviews, openFrame, startServer } from './testing/preview-page.ts';

/** A WebSocket server on nothing but node:http: echoes messages; "ping", "fragments", "bye" and "cut" make it do other things. */
const ECHO_SERVER = String.raw`
const { createServer } = require('http');
const { createHash } = require('crypto');
const server = createServer((q, r) => r.setHeader('content-type', 'text/html').end('<!doctype html><title>Sockets</title>'));
const frame = (opcode, payload, final = 128) => {
  const n = payload.length;
  const head = n < 126 ? [n] : n < 65536 ? [126, n >> 8, n & 255] : [127, 0, 0, 0, 0, (n / 2 ** 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  return Buffer.concat([Buffer.from([final | opcode, ...head]), payload]);
};
server.on('upgrade', (request, socket) => {
  if (request.url === '/refused') return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  const wanted = request.headers['sec-websocket-protocol'];
  const chosen = wanted ? 'Sec-WebSocket-Protocol: ' + wanted.split(', ').at(-1) + '\r\n' : '';
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + accept + '\r\n' + chosen + '\r\n');
  socket.write(frame(1, Buffer.from('hello ' + request.url + ' ' + request.headers.host + ' ' + request.headers.origin)));
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      if (rest.length < 6) return;
      if ((rest[1] & 128) === 0) throw new Error('unmasked');
      const short = rest[1] & 127;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < start + 4) return;
      const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      if (rest.length < start + 4 + length) return;
      const opcode = rest[0] & 15;
      const mask = rest.subarray(start, start + 4);
      const payload = Buffer.from(rest.subarray(start + 4, start + 4 + length).map((byte, at) => byte ^ mask[at & 3]));
      rest = rest.subarray(start + 4 + length);
      const text = opcode === 1 ? payload.toString() : '';
      if (opcode === 8) { console.log('closed ' + (length ? payload.readUInt16BE(0) + ' ' + payload.subarray(2) : 'without code')); socket.end(frame(8, payload)); }
      else if (opcode === 10) socket.write(frame(1, Buffer.concat([Buffer.from('pong '), payload])));
      else if (text === 'ping') socket.write(frame(9, Buffer.from('42')));
      else if (text === 'fragments') { socket.write(frame(1, Buffer.from('one '), 0)); socket.write(frame(9, Buffer.alloc(0))); socket.write(frame(0, Buffer.from('two'))); }
      else if (text === 'bye') socket.write(frame(8, Buffer.concat([Buffer.from([0x0f, 0xa1]), Buffer.from('see you')])));
      else if (text === 'cut') socket.destroy();
      else socket.write(frame(opcode, payload));
    }
  });
});
server.listen(3000);
`;

test.describe('WebSocket', () => {
  test('talks to a guest server: text, bytes, fragments, pings, closing', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, ECHO_SERVER);
    const frame = await openFrame(page, url);
    const result = await frame.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/live?x=1`, ['a', 'b']);
      const messages: unknown[] = [];
      let heard = (): void => {};
      const next = async (): Promise<unknown> => {
        while (messages.length === 0) await new Promise<void>((resolve) => (heard = resolve));
        return messages.shift();
      };
      socket.onmessage = ({ data }) => {
        messages.push(data);
        heard();
      };
      const states = [socket.readyState];
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      states.push(socket.readyState);
      const result: unknown[] = [socket instanceof WebSocket, socket.url, socket.protocol, await next()];
      socket.send('grüße 🍓');
      result.push(await next());
      socket.binaryType = 'arraybuffer';
      socket.send(Uint8Array.of(9, 1, 2, 3).subarray(1));
      result.push([...new Uint8Array((await next()) as ArrayBuffer)]);
      socket.send(new Blob(['blob']));
      socket.send('after the blob');
      result.push(new TextDecoder().decode((await next()) as ArrayBuffer), await next());
      socket.send('x'.repeat(200_000));
      result.push(String(await next()).length);
      socket.send('ping');
      result.push('pong ' === String(await next()).slice(0, 5));
      socket.send('fragments');
      result.push(await next());
      const closed = new Promise<CloseEvent>((resolve) => (socket.onclose = resolve));
      socket.close(3001, 'done');
      states.push(socket.readyState);
      const { code, reason, wasClean } = await closed;
      states.push(socket.readyState);
      return [...result, code, reason, wasClean, states, socket.bufferedAmount];
    });
    expect(result).toEqual([
      true,
      `${url.replace('http', 'ws')}/live?x=1`,
      'b',
      'hello /live?x=1 localhost:3000 http://localhost:3000',
      'grüße 🍓',
      [1, 2, 3],
      'blob',
      'after the blob',
      200_000,
      true,
      'one two',
      3001,
      'done',
      true,
      [0, 1, 2, 3],
      0,
    ]);
  });

  test('hears how the server ends it', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, ECHO_SERVER);
    const frame = await openFrame(page, url);
    const ends = await frame.evaluate(async () => {
      const run = (address: string, message?: string): Promise<unknown[]> =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          let hasFailed = false;
          socket.onerror = () => (hasFailed = true);
          socket.onopen = () => message !== undefined && socket.send(message);
          socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean, hasFailed]);
        });
      return [await run('/live', 'bye'), await run('/live', 'cut'), await run('/refused'), await run('ws://localhost:9')];
    });
    expect(ends).toEqual([
      [4001, 'see you', true, false],
      [1006, '', false, true],
      [1006, '', false, true],
      [1006, '', false, true],
    ]);
  });

  test('of a page that goes away closes at the guest', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, ECHO_SERVER);
    const frame = await openFrame(page, url);
    await frame.evaluate(() => new Promise((resolve) => (new WebSocket('ws://localhost:3000/').onopen = resolve)));
    await frame.goto(`${url}/other`);
    await expect.poll(() => page.evaluate(() => guestOutput)).toContain('closed 1001');
  });

  test('leaves the rest of the world to the browser', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, ECHO_SERVER);
    const frame = await openFrame(page, url);
    const result = await frame.evaluate(() => {
      const socket = new WebSocket('wss://example.invalid/');
      socket.close();
      const errors = ['ftp://x/', 'ws://[', ''].map((address) => {
        try {
          return new WebSocket(address).url;
        } catch (error) {
          return error instanceof DOMException ? error.name : String(error);
        }
      });
      return [
        Object.prototype.toString.call(socket),
        socket instanceof WebSocket,
        Object.getOwnPropertyNames(socket),
        ...errors.slice(0, 2),
      ];
    });
    expect(result).toEqual(['[object WebSocket]', true, [], 'SyntaxError', 'SyntaxError']);
  });
});
