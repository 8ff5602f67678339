// Requests over TLS: agents, sessions, bodies, faults.
const https = require('node:https');
const pki = require('../tls/fixtures/pki.js');
const read = (message) => new Promise((resolve, reject) => { let text = ''; message.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => resolve(text)).on('error', reject); });
const server = https.createServer(pki.rsa, async (request, response) => {
  const body = await read(request);
  response.setHeader('x-secure', String(request.socket.encrypted));
  response.end(`${request.method} ${request.url} ${body.length} ${request.socket.getProtocol()} ${request.socket.isSessionReused()} ${request.headers.host.replace(/\d+/, 'N')}`);
});
server.on('tlsClientError', (error) => console.log('server', error.code));
const ask = (options, body) => new Promise((resolve) => {
  const request = https.request({ host: 'localhost', port: server.address().port, ca: pki.root.cert, ...options }, async (response) => resolve([response.statusCode, response.headers['x-secure'], response.socket?.authorized, request.reusedSocket, await read(response)]));
  request.on('error', (error) => resolve([error.code, error.reason]));
  request.end(body);
});
server.listen(0, async () => {
  console.log(await ask({ path: '/a' }), await ask({ path: '/b', method: 'POST' }, 'x'.repeat(200_000)));
  const agent = new https.Agent({ keepAlive: true, ca: pki.root.cert });
  for (const path of ['/1', '/2', '/3']) console.log(await ask({ agent, path, ca: undefined }));
  agent.destroy();
  const fresh = new https.Agent({ keepAlive: false });
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) for (const path of ['/4', '/5']) console.log(await ask({ agent: fresh, path, maxVersion }));
  console.log(await ask({ ca: pki.other.cert, agent: false }), await ask({ ca: undefined, agent: false }), await ask({ ca: undefined, rejectUnauthorized: false, agent: false }), await ask({ servername: 'named.test', agent: false }));
  console.log(await Promise.all(['/x', '/y', '/z'].map((path) => ask({ path, agent: false }))));
  console.log(Object.keys(agent.sockets).length, agent.getName({ host: 'a', port: 1, ca: 'c', servername: 's' }));
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const response = await fetch(`https://localhost:${server.address().port}/fetched`);
  console.log(response.status, await response.text());
  server.close();
  server.closeAllConnections();
});
