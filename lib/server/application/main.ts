/**
 * The application's process: pages, static files and route handlers, by Next. The front server starts it (front/application-process.ts) and is its only
 * client, over a Unix socket whose path is the argument. It ends when the front server does, however that ends.
 */
import { createServer } from 'node:http';
import { MAX_HEADER_SIZE } from '../front/http-limits.ts';
import { readSettings } from '../settings.ts';
import type { FromApplication } from './messages.ts';

/** Milliseconds for what Next ends. */
const PATIENCE = 2000;

// What the terminal sends to the whole group: the front server says when it is over. Said before Next is loaded, which takes a while.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const [, , socket = ''] = process.argv;
const settings = readSettings(process.env, process.cwd());
const development = process.env['NODE_ENV'] === 'development';

// The front server has looked at the request and waited for the client, and keeps connections for as long as it likes.
const server = createServer({
  maxHeaderSize: MAX_HEADER_SIZE,
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
  requireHostHeader: false,
});
// Next takes the upgrades of its live updates from the first request on. Without a listener Node would take what asks for one for a plain request.
server.on('upgrade', (_request, connection) => {
  if (!development || server.listenerCount('upgrade') === 1) connection.destroy();
});

let close = (): Promise<void> => Promise.resolve();
process.once('disconnect', () => {
  setTimeout(() => process.exit(1), PATIENCE).unref();
  server.closeAllConnections();
  close()
    .catch((error: unknown) => console.error(error))
    .finally(() => process.exit());
});

const { default: next } = await import('next');
const application = next({ dir: process.cwd(), dev: development, port: settings.port, hostname: 'localhost', httpServer: server });
close = () => application.close();
const handle = application.getRequestHandler();

server.on('request', (request, response) => {
  handle(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});

await application.prepare();
server.listen(socket, () => process.send?.('ready' satisfies FromApplication));
