/** The server's front and edge without the application, until it is killed: `node edge-server.ts <data folder> [<port>]`. Says its port. */
import { join } from 'node:path';
import { createFrontServer } from '../../front/front-server.ts';
import { readSettings } from '../../settings.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { createEdgeApi } from '../edge-api.ts';

const [folder = '', port = '0'] = process.argv.slice(2);
const server = createFrontServer({
  settings: readSettings(process.env, folder),
  application: {
    handle: (request, response) => {
      if (process.env['LOG_REQUESTS'] === '1') console.error(`unanswered: ${request.method} ${request.headers.host}${request.url}`);
      response.writeHead(404).end();
    },
    upgrade: (_request, socket) => void socket.destroy(),
  },
  edge: withLog(createEdgeApi({ storage: openStorage(join(folder, 'edge')), base: readSettings(process.env, folder).base })),
});
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});

function withLog(edge: ReturnType<typeof createEdgeApi>): ReturnType<typeof createEdgeApi> {
  if (process.env['LOG_REQUESTS'] !== '1') return edge;
  return {
    ...edge,
    async handle(request) {
      const response = await edge.handle(request);
      console.error(`${response.status} ${request.method} ${new URL(request.url).pathname}${new URL(request.url).search}`);
      return response;
    },
  };
}
