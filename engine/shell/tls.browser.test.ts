/** TLS between processes of the real engine, and where it ends. */
import { expect, test } from '../../e2e/support/test.ts';
import { bootEngine, runScript } from './testing/terminal-page.ts';
import { issue } from '../node/testing/certificates.ts';

const SERVER = `
const { readFileSync, writeFileSync } = require('node:fs');
const server = require('node:https').createServer(JSON.parse(readFileSync('pair.json', 'utf8')), (request, response) => {
  response.end(request.socket.getProtocol() + ' ' + request.url);
  server.close();
});
server.listen(8443, () => writeFileSync('ready', ''));
`;

const CLIENT = `
const { cert } = JSON.parse(require('node:fs').readFileSync('pair.json', 'utf8'));
require('node:https').get({ host: 'localhost', port: 8443, path: '/page', ca: cert, agent: false }, (response) => {
  console.log(response.statusCode, response.socket.authorized);
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
    const { cert, key } = issue({ name: 'localhost', kind: 'ec' });
    await bootEngine(page, { 'server.cjs': SERVER, 'client.cjs': CLIENT, 'pair.json': JSON.stringify({ cert, key }) });
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
