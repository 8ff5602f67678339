import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = /** @type {Readonly<Record<string, string>>} */ ({
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
});
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** What the origins of previews have: `lib/server/route-request.ts` has the same for the product. */
const PREVIEW_SCRIPTS = /** @type {Readonly<Record<string, string>>} */ ({
  '/__jampot/sw.js': 'preview-sw.js',
  '/__jampot/bootstrap.js': 'preview-bootstrap.js',
  '/__jampot/bridge.js': 'preview-bridge.js',
});

/**
 * @typedef {object} EngineServer
 * @property {string} page URL of the page that embeds the engine
 * @property {string} engine origin of the engine
 * @property {(bytes: Uint8Array) => void} setSnapshot what /snapshot answers
 * @property {() => void} close
 */

/**
 * Serves the page and, unless `external` names the engine of a running server, the engine itself. What an engine asks below /api/ is
 * passed on to JAMPOT_BASE_URL (default http://127.0.0.1:3000), if something listens there.
 * @param {string} root
 * @param {string | null} external
 * @param {boolean} isPersistent whether the engine keeps its files in the browser's profile
 * @returns {Promise<EngineServer>}
 */
export async function serveEngine(root, external, isPersistent) {
  let base = '';
  let snapshot = /** @type {Uint8Array} */ (new Uint8Array());
  const upstream = new URL(process.env['JAMPOT_API'] ?? 'http://127.0.0.1:3000');
  const server = createServer((incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    const preview = /^p(\d+)--(.+)$/.exec(incoming.headers.host ?? '');
    if (preview !== null) return answerPreview(root, response, pathname, `data-engine="http://${preview[2]}" data-port="${preview[1]}"`);
    if (pathname === '/') return void html(response, '<link rel="icon" href="data:,"><script src="/page.js"></script>');
    if (pathname === '/headless') {
      const [project = 'engine-run'] = (incoming.headers.host ?? '').split('.');
      return void html(
        response,
        `<script src="/engine/host.js" data-base="${isPersistent ? base : 'http://localhost'}" data-project="${encodeURIComponent(project)}" data-fetch="on"></script>`,
      );
    }
    if (pathname === '/page.js') return send(response, join(root, 'generated', 'engine-run', 'page.js'));
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    if (pathname === '/snapshot') return void response.end(snapshot);
    if (pathname.startsWith('/engine/')) return send(response, join(root, 'public', normalize(pathname)));
    if (pathname.startsWith('/api/')) return void forward(incoming, response, upstream);
    response.writeHead(404).end();
  });
  // The port belongs to the origin, and with it to what the browser keeps.
  await new Promise((resolve) => server.listen(isPersistent ? 3999 : 0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const page = `http://jampot.localhost:${address.port}/`;
  base = new URL(page).origin;
  return {
    page,
    engine: external ?? `http://engine-run.jampot.localhost:${address.port}`,
    setSnapshot: (bytes) => void (snapshot = bytes),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {import('node:http').ServerResponse} response @param {string} body */
function html(response, body) {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><meta charset="utf-8"><title>engine-run</title><body>${body}`);
}

/** @param {string} root @param {import('node:http').ServerResponse} response @param {string} pathname @param {string} data attributes */
function answerPreview(root, response, pathname, data) {
  const script = PREVIEW_SCRIPTS[pathname];
  if (script === undefined) {
    const entry = pathname === '/__jampot/bridge' ? 'bridge' : 'bootstrap';
    return html(response, `<script src="/__jampot/${entry}.js" ${data}></script>`);
  }
  response.setHeader('Service-Worker-Allowed', '/');
  return send(response, join(root, 'public', 'engine', script));
}

/** @param {import('node:http').ServerResponse} response @param {string} file */
function send(response, file) {
  if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
}

/** @param {import('node:http').IncomingMessage} incoming @param {import('node:http').ServerResponse} response @param {URL} upstream */
function forward(incoming, response, upstream) {
  const outgoing = request(
    {
      host: upstream.hostname,
      port: upstream.port,
      path: incoming.url,
      method: incoming.method,
      headers: { ...incoming.headers, host: upstream.host },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...ISOLATION });
      answer.pipe(response);
    },
  );
  outgoing.on('error', (error) => response.writeHead(502).end(`The server at ${upstream.origin} does not answer: ${error.message}`));
  incoming.pipe(outgoing);
}
