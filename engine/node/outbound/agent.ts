/**
 * http and https requests to hosts outside the page: the agent's connection is one end of a pair of streams; at the other end a server of Node's own http,
 * which listens nowhere, takes the request and passes it to requestOutside. The encryption of https is the browser's.
 */
import type { Callable, Environment } from '../environment.ts';
import { isInside } from './inside.ts';
import { requestOutside } from './request.ts';

interface ConnectOptions {
  readonly host?: string;
  readonly hostname?: string;
  readonly port?: number | string;
  readonly socketPath?: string;
}

interface Duplex {
  destroy(error?: unknown): void;
  on(event: string, listener: Callable): void;
}

interface Incoming extends AsyncIterable<Uint8Array> {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
}

interface Outgoing {
  readonly socket: Duplex | null;
  writeHead(status: number, statusText: string, headers: readonly string[]): void;
  write(chunk: Uint8Array): boolean;
  end(): void;
  once(event: string, listener: () => void): void;
}

/** Headers of one connection: the answer's other end is another. */
const HOP = /^(?:connection|keep-alive|transfer-encoding|upgrade|proxy-.*)$/i;

export function routeAgent(environment: Environment, prototype: { createConnection: Callable }, scheme: 'http' | 'https'): void {
  const { createConnection } = prototype;
  Object.defineProperty(prototype, 'createConnection', {
    configurable: true,
    writable: true,
    enumerable: true,
    value: function (this: unknown, ...args: unknown[]): unknown {
      const options = (typeof args[0] === 'object' && args[0] !== null ? args[0] : {}) as ConnectOptions;
      const host = options.host ?? options.hostname ?? 'localhost';
      if (options.socketPath !== undefined || isInside(host)) return createConnection.apply(this, args);
      const port = Number(options.port ?? (scheme === 'https' ? 443 : 80));
      return connectOutside(environment, `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`);
    },
  });
}

function connectOutside(environment: Environment, origin: string): Duplex {
  const { duplexPair } = environment.requireBuiltin('stream') as { duplexPair: () => [Duplex, Duplex] };
  const { createServer } = environment.requireBuiltin('http') as {
    createServer: (handler: Callable) => { emit(event: string, socket: Duplex): void };
  };
  const [near, far] = duplexPair();
  const isSecure = origin.startsWith('https:');
  // What http expects of sockets and streams do not have.
  const nothing = () => near;
  Object.assign(near, {
    setTimeout: nothing,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
    encrypted: isSecure,
    authorized: isSecure,
  });
  Object.assign(far, { setTimeout: () => far, setNoDelay: () => far, setKeepAlive: () => far });
  const server = createServer((incoming, outgoing) => {
    void answer(environment, origin, incoming as Incoming, outgoing as Outgoing).catch((error: unknown) => {
      far.destroy();
      near.destroy(error);
    });
  });
  server.emit('connection', far);
  return near;
}

async function answer(environment: Environment, origin: string, incoming: Incoming, outgoing: Outgoing): Promise<void> {
  const { loop, host } = environment;
  const pending = loop.request();
  const controller = new host.AbortController();
  outgoing.socket?.on('close', () => controller.abort());
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { Buffer } = environment.requireBuiltin('buffer') as { Buffer: { concat(list: Uint8Array[]): Uint8Array } };
    const { rawHeaders } = incoming;
    const response = await requestOutside(environment, {
      url: new host.URL(incoming.url, origin).href,
      method: incoming.method,
      headers: rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [])),
      body: chunks.length === 0 ? null : Buffer.concat(chunks),
      signal: controller.signal,
    });
    outgoing.writeHead(
      response.status,
      response.statusText,
      response.headers.filter(([name]) => !HOP.test(name)).flatMap(([name, value]) => [name, value]),
    );
    for (;;) {
      const part = await response.body?.read();
      if (part === undefined || part.done) break;
      if (!outgoing.write(environment.buffer(part.value))) await new Promise<void>((resolve) => outgoing.once('drain', resolve));
      loop.enqueue(() => undefined);
    }
    outgoing.end();
  } finally {
    pending.done(() => undefined);
  }
}
