// Node's http server with nothing behind it: `node bench/bare-server.mjs '{"headers":[name, value, …],"body":"…"}'` prints the port that it listens on.
import { createServer } from 'node:http';

/** @type {{ headers: string[], body: string }} */
const { headers, body } = JSON.parse(process.argv[2] ?? '');
const bytes = Buffer.from(body);
const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(bytes);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address !== null ? address.port : 0);
});
