import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import next from 'next';
import type { Application } from './front-server.ts';

interface Options {
  readonly folder: string;
  readonly port: number;
  readonly development: boolean;
}

/** Next as a request handler in this process. Requests wait until it is ready. */
export function startNextApplication({
  folder,
  port,
  development,
}: Options): Application & { readonly ready: Promise<void>; close(): Promise<void> } {
  // Next listens for upgrades (its development server's live updates) on a server that it is handed: here it gets those that are its own.
  const upgrades = new EventEmitter();
  const application = next({ dir: folder, dev: development, port, hostname: 'localhost', httpServer: upgrades as Server });
  const handle = application.getRequestHandler();
  const ready = application.prepare();
  // Whoever waits for it hears of a failure.
  ready.catch(() => {});
  return {
    ready,
    async handle(request, response) {
      await ready;
      await handle(request, response);
    },
    upgrade(request, socket, head) {
      if (!upgrades.emit('upgrade', request, socket, head)) socket.destroy();
    },
    close: () => application.close(),
  };
}
