import { execFileSync } from 'node:child_process';

/**
 * Where the servers of a test run listen. The first process of a run chooses free ports and hands them to the others in the environment.
 * JAMPOT_TEST_BASE names a running server to test instead of starting one.
 */
export interface Addresses {
  /** The IDE's origin. */
  readonly base: string;
  readonly port: number;
  /** Port of the server of the pages that use the official client (client-server.mjs). */
  readonly clientPort: number;
  readonly external: boolean;
}

export function testAddresses(): Addresses {
  const external = process.env['JAMPOT_TEST_BASE'];
  const port = portOf('JAMPOT_TEST_PORT');
  const clientPort = portOf('JAMPOT_TEST_CLIENT_PORT');
  return { base: external ?? `http://jampot.localhost:${port}`, port, clientPort, external: external !== undefined };
}

/** Synchronous, since a configuration file needs it while it is loaded. */
function portOf(variable: string): number {
  process.env[variable] ??= execFileSync(process.execPath, [
    '-e',
    'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })',
  ])
    .toString()
    .trim();
  return Number(process.env[variable]);
}
