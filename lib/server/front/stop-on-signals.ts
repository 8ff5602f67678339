import type { Server } from 'node:http';

/** Milliseconds that answers under way get when the server is told to stop. */
const PATIENCE = 3000;

/** Ends the process on SIGINT, SIGTERM and SIGHUP: no new connections, answers under way are finished, then `close` is called. A second signal ends it at once. */
export function stopOnSignals(server: Server, close: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    let isClosed = false;
    const finish = (): void => {
      if (isClosed) return;
      isClosed = true;
      close()
        .catch((error: unknown) => console.error(error))
        .finally(() => process.exit(0));
    };
    server.close(finish);
    server.closeIdleConnections();
    // What has left HTTP is none of the server's connections any more, and it would wait for it.
    setTimeout(() => {
      server.closeAllConnections();
      finish();
    }, PATIENCE);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
