// Serves pages that use nothing but the official @webcontainer/api package, from an origin that is not the IDE's.
//   node e2e/support/client-server.mjs <port>
// GET /client?engine=<origin>[&coep=credentialless|none]  → page with `webcontainer` (the package's exports) as a global
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const port = Number(process.argv[2]);
if (!Number.isInteger(port) || port <= 0) throw new Error('Usage: node e2e/support/client-server.mjs <port>');

const bundled = await build({
  absWorkingDir: root,
  stdin: { contents: "export * from '@webcontainer/api';", resolveDir: root },
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'webcontainer',
  platform: 'browser',
  target: 'es2022',
});
const script = bundled.outputFiles[0]?.contents ?? new Uint8Array();

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Official client</title></head>
<body>
<script>globalThis.WEBCONTAINER_API_IFRAME_URL = new URLSearchParams(location.search).get('engine');</script>
<script src="/webcontainer.js"></script>
</body>
</html>
`;

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://client');
  const coep = url.searchParams.get('coep') ?? 'require-corp';
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  if (coep !== 'none') response.setHeader('Cross-Origin-Embedder-Policy', coep);
  if (url.pathname === '/client') response.setHeader('Content-Type', 'text/html; charset=utf-8').end(PAGE);
  else if (url.pathname === '/webcontainer.js') response.setHeader('Content-Type', 'text/javascript; charset=utf-8').end(script);
  else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
}).listen(port);
