import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TunnelAgent } from './tunnel-agent.ts';
import { requestUpstream } from './upstream.ts';

let proxy: Server;
let target: TcpServer;
let asked: IncomingMessage[];
let firstBytes: Promise<Buffer>;
let refuse: boolean;
const portOf = (server: Server | TcpServer) => (server.address() as AddressInfo).port;

beforeEach(async () => {
  asked = [];
  refuse = false;
  firstBytes = new Promise((resolve) => {
    target = createTcpServer((socket) =>
      socket
        .on('error', () => socket.destroy())
        .once('data', (bytes) => {
          resolve(bytes);
          socket.destroy();
        }),
    );
  });
  proxy = createServer().on('connect', (request: IncomingMessage, socket) => {
    asked.push(request);
    if (refuse) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await Promise.all([proxy, target].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
});

afterEach(() => {
  proxy.close();
  target.close();
});

function ask(): Promise<unknown> {
  const agent = new TunnelAgent(new URL(`http://user:p%40ss@127.0.0.1:${portOf(proxy)}`), {});
  return requestUpstream({ url: new URL(`https://127.0.0.1:${portOf(target)}/x`), agent, idleTimeout: 2000 });
}

describe('TunnelAgent', () => {
  it('asks the proxy for a tunnel, with its credentials, and speaks TLS to the target through it', async () => {
    await expect(ask()).rejects.toThrow();
    expect(asked[0]?.url).toBe(`127.0.0.1:${portOf(target)}`);
    expect(asked[0]?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    // A TLS handshake record (RFC 8446 §5.1), not a request in the clear.
    expect((await firstBytes)[0]).toBe(22);
  });

  it('names the proxy that refuses', async () => {
    refuse = true;
    await expect(ask()).rejects.toThrow(`The proxy 127.0.0.1:${portOf(proxy)} refused a tunnel`);
  });
});
