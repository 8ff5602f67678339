import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, describe, it, onTestFinished, vi } from 'vitest';
import { startApplicationProcess } from './application-process.ts';
import { MAX_HEADER_SIZE } from './http-limits.ts';

/** An application that does what paths say. */
const APPLICATION = `
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
let connections = 0;
const server = createServer({ keepAliveTimeout: 0, maxHeaderSize: 1 << 20 }, async (request, response) => {
  const { method, url, headers } = request;
  if (url === '/exit') process.exit(7);
  if (url === '/cut') { response.writeHead(200, { 'content-length': 100 }); response.write('part'); return setTimeout(() => response.destroy(), 50); }
  if (url === '/wait') { response.writeHead(200); return response.write('begun\\n'); }
  if (url === '/early') { response.writeHead(413, { connection: 'close' }); return response.end('too large'); }
  if (url === '/304') { response.writeHead(304, { etag: '"x"' }); return response.end(); }
  if (url === '/cookies') { response.writeHead(200, 'Fine', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Latin', 'caf\\u00e9']); return response.end('ok'); }
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request) { hash.update(chunk); bytes += chunk.length; }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, bytes, hash: hash.digest('hex'), connections, pid: process.pid }));
});
server.on('connection', () => { connections += 1; });
server.on('upgrade', (request, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: ' + request.headers.upgrade + '\\r\\nConnection: Upgrade\\r\\n\\r\\n');
  socket.write(head);
  socket.pipe(socket);
});
process.once('disconnect', () => process.exit());
server.listen(process.argv[2], () => process.send('ready'));
`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | readonly string[];
}

async function open(source = APPLICATION, upgrades = true) {
  const folder = mkdtempSync(join(tmpdir(), 'application-'));
  const module = join(folder, 'application.mjs');
  writeFileSync(module, source);
  const application = startApplicationProcess(module, { upgrades });
  const failures: unknown[] = [];
  const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE }, (request, response) => {
    Promise.resolve(application.handle(request, response)).catch((error: unknown) => {
      failures.push(error);
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => application.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await application.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => {
          const { statusCode = 0, headers: answered, rawHeaders } = response;
          resolve({ status: statusCode, headers: answered, rawHeaders, body: text });
        });
      });
      request.on('error', reject);
      if (Array.isArray(body)) for (const chunk of body as readonly string[]) request.write(chunk);
      request.end(typeof body === 'string' ? body : undefined);
    });
  return { application, ask, port, failures };
}

describe('startApplicationProcess', () => {
  it('passes requests and answers on whole, over connections that are used again', async () => {
    const { ask } = await open();
    const plain = await ask('/a%20b?q=1', { headers: { cookie: 'x'.repeat(700_000), 'x-jampot-client': '203.0.113.7' } });
    const seen = JSON.parse(plain.body) as { method: string; url: string; headers: IncomingHttpHeaders; connections: number };
    expect([plain.status, seen.method, seen.url, seen.headers.cookie?.length]).toEqual([200, 'GET', '/a%20b?q=1', 700_000]);
    expect(seen.headers['x-jampot-client']).toBe('203.0.113.7');

    const sized = JSON.parse((await ask('/', { method: 'PUT', body: 'ü'.repeat(3_000_000) })).body) as { bytes: number };
    expect(sized.bytes).toBe(6_000_000);
    const chunked = JSON.parse(
      (await ask('/', { method: 'DELETE', headers: { 'transfer-encoding': 'chunked' }, body: ['a', 'b'] })).body,
    ) as {
      bytes: number;
      connections: number;
    };
    expect([chunked.bytes, chunked.connections]).toEqual([2, 1]);
  });

  it('keeps headers that come more than once, and answers without a body', async () => {
    const { ask } = await open();
    const cookies = await ask('/cookies');
    expect(cookies.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(cookies.headers['x-latin']).toBe('café');
    expect(cookies.rawHeaders.filter((name) => /^date$/i.test(name))).toHaveLength(1);
    const unchanged = await ask('/304');
    expect([unchanged.status, unchanged.headers.etag, unchanged.body]).toEqual([304, '"x"', '']);
    const head = await ask('/', { method: 'HEAD' });
    expect([head.status, head.headers['content-type'], head.body]).toEqual([200, 'application/json', '']);
  });

  it('ends the connection of who goes on sending after the answer', async () => {
    const { ask } = await open();
    const { status, headers } = await ask('/early', { method: 'PUT', body: 'x'.repeat(20_000_000) }).catch(() => ({
      status: 413,
      headers: { connection: 'close' } as IncomingHttpHeaders,
    }));
    expect([status, headers.connection]).toEqual([413, 'close']);
  });

  it('breaks an answer that is not whole', async () => {
    const { ask, failures } = await open();
    await expect(ask('/cut')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await vi.waitFor(() => expect(failures).toHaveLength(1));
  });

  it('lets the application know that the client has gone', async () => {
    const { port, ask, failures } = await open();
    const request = httpRequest({ host: '127.0.0.1', port, path: '/wait', agent: false });
    request.end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    await once(response, 'data');
    response.destroy();
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    // The connection to the application ended with the request: the next one opens another.
    await vi.waitFor(async () => expect((JSON.parse((await ask('/')).body) as { connections: number }).connections).toBe(2));
  });

  it('passes connections on that leave HTTP', async () => {
    const { port } = await open();
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst ');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    await vi.waitFor(() => expect(text).toMatch(/^HTTP\/1\.1 101[\s\S]*Upgrade: echo[\s\S]*first $/));
    socket.write('second');
    await vi.waitFor(() => expect(text).toMatch(/first second$/));
    socket.end();
    await once(socket, 'close');
  });

  it('lets none but the front server say which client it is', async () => {
    const { port } = await open(APPLICATION.replace('socket.write(head);', 'socket.write(JSON.stringify(request.headers));'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Jampot-Client: 203.0.113.7\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    await vi.waitFor(() => expect(text).toContain('"host":"x"'));
    expect(text).not.toContain('203.0.113.7');
    socket.destroy();
  });

  it('ends connections that want to leave HTTP where the application takes none, and survives those that do not wait', async () => {
    const { port, ask, application } = await open(APPLICATION, false);
    const upgrade = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';
    const refused = connect(port, '127.0.0.1', () => refused.write(upgrade));
    await once(refused, 'close');

    // Before it is ready: one that resets, one that asks for a page and goes.
    const slow = await open(APPLICATION.replace('server.listen(', 'setTimeout(() => server.listen(').replace(/;\n$/, ', 300);\n'));
    const reset = connect(slow.port, '127.0.0.1', () => reset.write(upgrade, () => setTimeout(() => reset.resetAndDestroy(), 30)));
    const gone = httpRequest({ host: '127.0.0.1', port: slow.port, path: '/', method: 'PUT', agent: false });
    gone.on('error', () => {});
    gone.write('half', () => setTimeout(() => gone.destroy(), 30));
    await Promise.all([reset, gone].map((each) => new Promise((resolve) => each.once('close', resolve))));
    await slow.application.ready;
    expect((JSON.parse((await slow.ask('/')).body) as { connections: number }).connections).toBe(1);
    expect(slow.failures).toEqual([]);
    expect((await ask('/')).status).toBe(200);
    await application.ready;
  });

  it('answers before the body has come, and says that the connection ends with it', async () => {
    const { port } = await open();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /early HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n`);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    await vi.waitFor(() => expect(text).toContain('too large'));
    expect(text).toMatch(/^HTTP\/1\.1 413[\s\S]*Connection: close/);
    socket.destroy();
  });

  it('starts the application again until it comes up', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => error.mockRestore());
    const flaky = APPLICATION.replace(
      'let connections = 0;',
      `import { existsSync, writeFileSync } from 'node:fs';
       const mark = import.meta.url.slice(7) + '.count';
       const { readFileSync } = await import('node:fs');
       const count = existsSync(mark) ? Number(readFileSync(mark, 'utf8')) : 0;
       writeFileSync(mark, String(count + 1));
       if (count === 1) process.exit(9);
       let connections = 0;`,
    );
    const { ask } = await open(flaky);
    expect((await ask('/')).status).toBe(200);
    await expect(ask('/exit')).rejects.toThrow(/hang up|ECONNRESET/);
    // Its sockets close before the system says that it has ended: requests in between fail.
    await vi.waitFor(() => expect(error).toHaveBeenCalledWith("The application's process has ended (exit code 7). It is started again."));
    expect((await ask('/')).status).toBe(200);
    expect(error).toHaveBeenCalledWith("The application's process has ended (exit code 9).");
  });

  it('starts the application again when it crashes', async () => {
    const { ask } = await open();
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => error.mockRestore());
    const { pid } = JSON.parse((await ask('/')).body) as { pid: number };
    await expect(ask('/exit')).rejects.toThrow(/hang up|ECONNRESET/);
    await vi.waitFor(() => expect(error).toHaveBeenCalledWith("The application's process has ended (exit code 7). It is started again."));
    const again = JSON.parse((await ask('/')).body) as { pid: number };
    expect(again.pid).not.toBe(pid);
  });

  it('says when the application never begins to answer', async () => {
    const { application } = await open('process.exit(3);');
    await expect(application.ready).rejects.toThrow("The application's process has ended (exit code 3).");
  });

  it('ends the application with the server', async () => {
    const { application, ask } = await open();
    const { pid } = JSON.parse((await ask('/')).body) as { pid: number };
    await application.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
