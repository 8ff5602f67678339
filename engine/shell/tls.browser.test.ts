/** TLS between processes of the real engine, and where it ends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../../e2e/support/test.ts';
import { bootEngine, runScript } from './testing/terminal-page.ts';

/** Keys and certificates for tests. */
const PKI = readFileSync(join(import.meta.dirname, '..', 'conformance', 'tls', 'fixtures', 'pki.js'), 'utf8');

const SERVER = `
const { writeFileSync } = require('node:fs');
const server = require('node:https').createServer(require('./pki.cjs').ec, (request, response) => {
  response.end(request.socket.getProtocol() + ' ' + request.url);
  server.close();
});
server.listen(8443, () => writeFileSync('ready', ''));
`;

const CLIENT = `
const { root } = require('./pki.cjs');
require('node:https').get({ host: 'localhost', port: 8443, path: '/page', ca: root.cert, agent: false }, (response) => {
  console.log(response.statusCode + ' ' + response.socket.authorized);
  response.pipe(process.stdout);
});
`;

const OUTSIDE = `
const socket = require('node:tls').connect(443, 'outside.test');
socket.on('error', ({ code, message }) => console.log(code, message));
`;

test.describe('TLS', () => {
  test('is spoken between two processes', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'server.cjs': SERVER, 'client.cjs': CLIENT, 'pki.cjs': PKI });
    const script = 'node server.cjs & while [ ! -e ready ]; do sleep 0.05; done; node client.cjs; wait';
    const { output, code } = await runScript(page, script);
    expect([output.replaceAll('\r', '').split('\n').filter(Boolean), code]).toEqual([['200 true', 'TLSv1.3 /page'], 0]);
  });

  test('does not leave the page, and says so', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'outside.cjs': OUTSIDE });
    const { output, code } = await runScript(page, 'node outside.cjs');
    expect(output).toContain('ENETUNREACH connect ENETUNREACH outside.test:443 - a page has no TLS sockets to other hosts');
    expect(code).toBe(0);
  });
});
