/**
 * The application's process: pages, static files and route handlers, by Next. The front server starts it (front/application-process.ts) and is its only
 * client, over a Unix socket whose path is the argument. It ends when the front server does, however that ends.
 */
import { createServer } from 'node:http';
import next from 'next';
import { MAX_HEADER_SIZE } from '../front/http-limits.ts';
import { readSettings } from '../settings.ts';
import type { FromApplication } from './messages.ts';

const [, , socket = ''] = process.argv;
const settings = readSettings(process.env, process.cwd());
const development = process.env['NODE_ENV'] === 'development';

// The front server has waited for the client, and keeps connections for as long as it likes.
const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
// In development Next takes the upgrades of its live updates from it.
const application = next({ dir: process.cwd(), dev: development, port: settings.port, hostname: 'localhost', httpServer: server });
const handle = application.getRequestHandler();

server.on('request', (request, response) => {
  handle(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});

/** What the terminal sends to the whole group: the front server says when it is over. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.once('disconnect', () => {
  server.closeAllConnections();
  application
    .close()
    .catch((error: unknown) => console.error(error))
    .finally(() => process.exit());
});

await application.prepare();
server.listen(socket, () => process.send?.('ready' satisfies FromApplication));
