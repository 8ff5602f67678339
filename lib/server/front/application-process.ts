/**
 * The application behind the front server, in a process of its own: what it does for the IDE's pages holds up no reader of a deployed site, and a site goes
 * on being served when the application crashes. docs/decisions/0025-application-process.md
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { FromApplication } from '../application/messages.ts';
import { CLIENT_HEADER } from '../client-address.ts';
import type { Application } from './front-server.ts';
import { MAX_HEADER_SIZE } from './http-limits.ts';

/** Milliseconds before one that crashed is started again; doubled each time that it does not come up, to the longest. */
const PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Milliseconds for its end when the server stops. */
const PATIENCE = 3000;

export interface ApplicationProcess extends Application {
  /** Fulfilled when it answers for the first time; rejected when it ends before that. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * @param module path of the process's script; it gets the socket's path as its argument, says `ready`, and ends when it is disconnected
 * @param options.upgrades whether it takes connections that leave HTTP; else they end here
 */
export function startApplicationProcess(module: string, { upgrades }: { readonly upgrades: boolean }): ApplicationProcess {
  const folder = mkdtempSync(join(tmpdir(), 'jampot-'));
  const socket = join(folder, 'application.sock');
  const agent = new Agent({ keepAlive: true });
  const closing = new AbortController();
  let child: ChildProcess;
  let ready: Promise<void>;

  /** @returns when it answers; rejected when it ends before that. Once it has answered, its end starts another. */
  function start(): Promise<void> {
    rmSync(socket, { force: true });
    child = fork(module, [socket], { stdio: 'inherit' });
    const started = child;
    let isReady = false;
    return new Promise((resolve, reject) => {
      started.once('error', reject);
      started.on('message', (message: FromApplication) => {
        if (message !== 'ready') return;
        isReady = true;
        resolve();
      });
      started.once('exit', (code, signal) => {
        if (closing.signal.aborted) return;
        const how = `The application's process has ended (${signal ?? `exit code ${code}`}).`;
        if (!isReady) return reject(new Error(how));
        console.error(`${how} It is started again.`);
        ready = startAgain();
        // The server stops: nobody waits any more.
        ready.catch(() => {});
      });
    });
  }

  /** Tries until it answers, or the server stops. */
  async function startAgain(): Promise<void> {
    for (let pause = PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      await setTimeout(pause, undefined, { signal: closing.signal });
      try {
        return await start();
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      }
    }
  }

  ready = start();
  const first = ready;
  // Whoever waits for it hears of a failure.
  first.catch(() => {});
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

  return {
    ready: first,
    async handle(request, response) {
      await ready;
      // The client did not wait.
      if (response.destroyed) return;
      await forward(request, response, { socketPath: socket, agent });
    },
    upgrade(request, stream, head) {
      // Node leaves it without a listener, and it may end before the application is ready.
      stream.on('error', () => stream.destroy());
      if (!upgrades) return void stream.destroy();
      ready.then(
        () => {
          if (!stream.destroyed) tunnel(request, stream, head, socket);
        },
        () => stream.destroy(),
      );
    },
    async close() {
      closing.abort();
      agent.destroy();
      rmSync(folder, { recursive: true, force: true });
      if (child.exitCode !== null || child.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        const patience = globalThis.setTimeout(() => child.kill('SIGKILL'), PATIENCE);
        child.once('exit', () => {
          clearTimeout(patience);
          resolve();
        });
        if (child.connected) child.disconnect();
      });
    },
  };
}

/** Headers that are about one connection (RFC 9110, 7.6.1). */
const OF_ONE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

interface Way {
  readonly socketPath: string;
  readonly agent: Agent;
}

/** Asks the application and answers what it says. Rejects when there is no answer, or it is not whole. */
async function forward(request: IncomingMessage, response: ServerResponse, way: Way): Promise<void> {
  const { method, url: path, headers: given } = request;
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(given)) if (!OF_ONE_CONNECTION.has(name)) headers[name] = value;
  const isChunked = given['transfer-encoding'] !== undefined;
  if (isChunked) headers['transfer-encoding'] = 'chunked';
  // A client of HTTP/1.0 may name no host: none is made up for it.
  const asked = httpRequest({ ...way, method, path, headers, setHost: false, maxHeaderSize: MAX_HEADER_SIZE });
  const gone = (): void => void (response.writableFinished || asked.destroy());
  response.once('close', gone);
  try {
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve);
      // After an answer to a request that was not read to its end: the answer counts.
      asked.on('error', reject);
    });
    if (isChunked || given['content-length'] !== undefined) {
      // The answer may not wait for the body.
      asked.flushHeaders();
      request.pipe(asked);
    } else asked.end();
    const answer = await answered;
    const pairs = answer.rawHeaders.filter((_, index, all) => !OF_ONE_CONNECTION.has((all[index - (index % 2)] ?? '').toLowerCase()));
    // Whoever is answered before all was read would go on sending: the connection ends with the answer.
    if (!request.complete) pairs.push('Connection', 'close');
    response.writeHead(answer.statusCode ?? 500, answer.statusMessage ?? '', pairs);
    let isBroken = false;
    answer.once('error', () => (isBroken = !response.destroyed));
    await pipeline(answer, response).catch((error: unknown) => {
      throw isBroken ? new Error(`The application broke its answer to ${method} ${path} off.`, { cause: error }) : error;
    });
  } finally {
    response.off('close', gone);
    request.unpipe(asked);
    if (!asked.writableFinished) asked.destroy();
  }
}

/** Joins a connection that leaves HTTP with one to the application that does the same. */
function tunnel({ method, url, httpVersion, rawHeaders }: IncomingMessage, stream: Duplex, head: Buffer, socket: string): void {
  // Only the front server says which client it is.
  const lines = rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 && name.toLowerCase() !== CLIENT_HEADER ? [`${name}: ${all[index + 1] ?? ''}`] : [],
  );
  const other = connect(socket);
  other.write(`${[`${method} ${url} HTTP/${httpVersion}`, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
  other.write(head);
  stream.pipe(other).pipe(stream);
  for (const [from, to] of [
    [stream, other],
    [other, stream],
  ] as const) {
    // Neither side of such a connection goes on when the other has ended.
    from.on('end', () => from.end());
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
  }
}
