/** The server's front and edge without the application, until it is killed: `node edge-server.ts <data folder> [<port>]`. Says its port. */
import { join } from 'node:path';
import { createFrontServer } from '../../front/front-server.ts';
import { readSettings } from '../../settings.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { collectForEver } from '../collect-edge.ts';
import { createEdgeApi } from '../edge-api.ts';

const [folder = '', port = '0'] = process.argv.slice(2);
const settings = readSettings(process.env, folder);
const edge = createEdgeApi({ storage: openStorage(join(folder, 'edge')), base: settings.base });
const server = createFrontServer({
  settings,
  edge,
  application: {
    handle: (_request, response) => void response.writeHead(404).end(),
    upgrade: (_request, socket) => void socket.destroy(),
  },
});
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
collectForEver(edge.edge);
