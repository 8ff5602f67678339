import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer, untilAnswers } from '../local-server.mjs';
import { openEngine } from './browser.mjs';
import { bundleForRun } from './bundle.mjs';
import { readSnapshot } from './files.mjs';
import { serveEngine } from './server.mjs';

/** @typedef {Awaited<ReturnType<typeof openEngine>>} RunningEngine */

/** A temporary folder with the Eleventy template in `site`, without its packages, for as long as `work` takes. @param {string} root @param {(folder: string) => Promise<void>} work */
export async function withSite(root, work) {
  const folder = mkdtempSync(join(tmpdir(), 'jampot-site-'));
  try {
    cpSync(join(root, 'templates', 'eleventy-blog'), join(folder, 'site'), {
      recursive: true,
      filter: (path) => !/\/(?:node_modules|_site)(?:\/|$)/.test(path),
    });
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Mounts the folder in an engine whose packages come through a server of this checkout. What the engine itself complains of goes to stderr.
 * @param {string} root
 * @param {string} folder
 * @param {(engine: RunningEngine) => Promise<void>} work
 */
export async function inPage(root, folder, work) {
  const port = await freePort();
  const jampot = startServer(root, port);
  try {
    await untilAnswers(`http://127.0.0.1:${port}/api/health`, jampot);
    process.env['JAMPOT_API'] = `http://127.0.0.1:${port}`;
    await bundleForRun(root, () => {});
    const server = await serveEngine(root, null, false);
    const engine = await openEngine(server, null, (text) => text.startsWith('port ') || console.error(text));
    try {
      await engine.mount(readSnapshot(folder));
      await work(engine);
    } finally {
      await engine.close();
      server.close();
    }
  } finally {
    jampot.kill();
  }
}
