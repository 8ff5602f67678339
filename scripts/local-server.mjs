import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** @returns {Promise<number>} a tcp port that nobody listens on */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * Jampot's server on this machine, with the data of tests; it is built where it is not.
 * @param {string} root
 * @param {number} port
 * @param {Record<string, string>} [env] settings
 */
export function startServer(root, port, env = {}) {
  return spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      JAMPOT_BASE_URL: `http://jampot.localhost:${port}`,
      JAMPOT_DATA: join(root, 'generated', 'test-data'),
      ...env,
    },
  });
}

/** @param {string} url @param {import('node:child_process').ChildProcess} child whose server it is */
export async function untilAnswers(url, child) {
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The server for ${url} ended before it answered.`);
}
