import type { Server } from 'node:http';

/** Milliseconds that answers under way get when the server is told to stop. */
const PATIENCE = 3000;

/** Ends the process on SIGINT, SIGTERM and SIGHUP: no new connections, answers under way are finished, then `close` is called. A second signal ends it at once. */
export function stopOnSignals(server: Server, close: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const patience = setTimeout(() => server.closeAllConnections(), PATIENCE);
    void closed
      .then(close)
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        clearTimeout(patience);
        process.exit(0);
      });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
