/**
 * Serves a folder the way static hosts do: pretty addresses (`/about/` and `/about` find `about/index.html` or `about.html`), 404.html with status 404,
 * types, ETags, ranges. It runs in the project's own Node as `node -e SOURCE folder port`, needs nothing but Node's library, and prints
 * `listening <port>`; a taken port makes it try the next.
 */
export const STATIC_SERVER_SOURCE = String.raw`
const http = require('node:http');
const fs = require('node:fs');
const path = require('node:path');
const crypto = require('node:crypto');
const root = path.resolve(process.argv[1]);
let port = Number(process.argv[2]);
const last = port + 20;
const types = {
  html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8', json: 'application/json; charset=utf-8', map: 'application/json; charset=utf-8', xml: 'application/xml; charset=utf-8',
  txt: 'text/plain; charset=utf-8', md: 'text/markdown; charset=utf-8', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg',
  gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', ico: 'image/x-icon', woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf',
  wasm: 'application/wasm', pdf: 'application/pdf', mp4: 'video/mp4', webm: 'video/webm', mp3: 'audio/mpeg', webmanifest: 'application/manifest+json',
};
const kind = (file) => {
  try {
    const stat = fs.statSync(file);
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : null;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG') return null;
    throw error;
  }
};
const send = (request, response, status, file) => {
  const body = fs.readFileSync(file);
  const etag = '"' + crypto.createHash('sha1').update(body).digest('base64url') + '"';
  const type = types[path.extname(file).slice(1).toLowerCase()] || 'application/octet-stream';
  const headers = { 'content-type': type, etag, 'cache-control': 'no-cache', 'accept-ranges': 'bytes' };
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const range = status === 200 && /^bytes=(\d*)-(\d*)$/.exec(request.headers.range || '');
  if (range && (range[1] || range[2])) {
    const start = range[1] ? Number(range[1]) : Math.max(0, body.length - Number(range[2]));
    const end = range[1] && range[2] ? Math.min(Number(range[2]), body.length - 1) : body.length - 1;
    if (start > end) {
      response.writeHead(416, { 'content-range': 'bytes */' + body.length }).end();
      return;
    }
    response.writeHead(206, { ...headers, 'content-range': 'bytes ' + start + '-' + end + '/' + body.length, 'content-length': end - start + 1 });
    response.end(request.method === 'HEAD' ? undefined : body.subarray(start, end + 1));
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
};
const server = http.createServer((request, response) => {
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const query = request.url.indexOf('?');
    let address = query === -1 ? request.url : request.url.slice(0, query);
    try {
      address = decodeURIComponent(address);
    } catch {
      response.writeHead(400).end();
      return;
    }
    const file = path.join(root, path.posix.normalize('/' + address));
    const found = kind(file);
    if (found === 'file' && !address.endsWith('/')) return send(request, response, 200, file);
    if (found === 'folder' && kind(path.join(file, 'index.html')) === 'file') {
      if (address.endsWith('/')) return send(request, response, 200, path.join(file, 'index.html'));
      response.writeHead(301, { location: encodeURI(path.posix.normalize('/' + address)) + '/' + (query === -1 ? '' : request.url.slice(query)) }).end();
      return;
    }
    const page = file.replace(/[/]+$/, '') + '.html';
    if (page !== root + '.html' && kind(page) === 'file') return send(request, response, 200, page);
    const missing = path.join(root, '404.html');
    if (kind(missing) === 'file') return send(request, response, 404, missing);
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found: ' + address + '\n');
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(String(error) + '\n');
  }
});
server.on('error', (error) => {
  if (error.code !== 'EADDRINUSE' || port >= last) throw error;
  port += 1;
  server.listen(port);
});
server.on('listening', () => console.log('listening ' + server.address().port));
server.listen(port);
`;

/** First port that the server tries. */
export const STATIC_SERVER_PORT = 4173;
