/** Jampot's server. scripts/start.mjs starts it, bundled into `generated/server/`, with everything that it needs to know in the environment. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectForEver } from '../edge/collect-edge.ts';
import { createEdgeApi } from '../edge/edge-api.ts';
import { openStorage } from '../storage/open-storage.ts';
import { readSettings } from '../settings.ts';
import { startApplicationProcess } from './application-process.ts';
import { createFrontServer } from './front-server.ts';
import { stopOnSignals } from './stop-on-signals.ts';

const settings = readSettings(process.env, process.cwd());
const application = startApplicationProcess(fileURLToPath(new URL('application.mjs', import.meta.url)), {
  // The live updates of Next's development server.
  upgrades: process.env['NODE_ENV'] === 'development',
});
const edge = createEdgeApi({
  storage: openStorage(join(settings.dataFolder, 'edge')),
  base: settings.base,
  limits: settings.edgeLimits,
  // The deploy panel compares what is live with what was built.
  readableBy: settings.base.origin,
});
const server = createFrontServer({ settings, application, edge });

server.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(settings.port);
collectForEver(edge.edge);
stopOnSignals(server, () => application.close());
application.ready.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
