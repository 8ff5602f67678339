// Requests a second for one page of 10 KB: the edge against Debian's nginx, in turns on the same machine. Node's own server that does nothing but send
// the same bytes stands between them: what it does not reach, no server on Node's http can.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

/** Lowest accepted requests a second of the edge, as a share of nginx's. */
export const EDGE_BAR = 0.4;

const CONNECTIONS = 32;
/** Seconds of one sample. */
const DURATION = 4;
const PAGE = `<!doctype html><title>10 KB</title>${'<p>Some text of a page.</p>\n'.repeat(500)}`.slice(0, 10_240);

/**
 * @param {number} port of a running server
 * @param {number} samples
 * @returns {Promise<{ edge: number, nginx: number, bare: number }>} requests a second, medians; bare: Node's http with nothing behind it
 */
export async function measureEdge(port, samples) {
  requireTools();
  const host = await deployPage(port);
  const bare = await startBareServer(port, host);
  const nginx = await startNginx().catch((error) => {
    bare.stop();
    throw error;
  });
  try {
    /** @type {{ edge: number[], nginx: number[], bare: number[] }} */
    const measured = { edge: [], nginx: [], bare: [] };
    // The first of each warms up.
    for (let sample = 0; sample <= samples; sample += 1) {
      measured.edge.push(await requestsPerSecond(port, host));
      measured.nginx.push(await requestsPerSecond(nginx.port, 'localhost'));
      measured.bare.push(await requestsPerSecond(bare.port, 'localhost'));
    }
    const of = (/** @type {'edge' | 'nginx' | 'bare'} */ name) => median(measured[name].slice(1));
    return { edge: of('edge'), nginx: of('nginx'), bare: of('bare') };
  } finally {
    bare.stop();
    nginx.stop();
  }
}

function requireTools() {
  const isMissing = (/** @type {string} */ name) => spawnSync(name, ['-v']).error !== undefined;
  const missing = ['nginx', 'wrk'].filter(isMissing);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', 'nginx-light', 'wrk'];
  if (process.getuid?.() === 0) spawnSync('apt-get', install, { stdio: ['ignore', 'ignore', 'inherit'] });
  const still = missing.filter(isMissing);
  if (still.length > 0) throw new Error(`${still.join(' and ')} are needed: as root, run "apt-get ${install.join(' ')}".`);
}

/** @param {number} port @returns {Promise<string>} host of a site that shows the page */
async function deployPage(port) {
  const headers = { authorization: `Bearer ${randomBytes(24).toString('hex')}`, 'content-type': 'application/json' };
  const ask = async (/** @type {'POST' | 'PUT'} */ method, /** @type {string} */ path, /** @type {unknown} */ json) => {
    const request = { method, headers, body: typeof json === 'string' ? json : JSON.stringify(json) };
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, request);
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`);
    return /** @type {Promise<any>} */ (response.json());
  };
  const site = await ask('POST', '/sites', {});
  const sha1 = createHash('sha1').update(PAGE).digest('hex');
  const deploy = await ask('POST', `/sites/${site.id}/deploys`, { files: { 'index.html': sha1 } });
  await ask('PUT', `/deploys/${deploy.id}/files/index.html`, PAGE);
  return new URL(site.url).host;
}

async function startNginx() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  const port = await freePort();
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site', 'index.html'), PAGE);
  // Debian's settings, less the log of each request.
  const configuration = `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    worker_processes auto;
    pid ${folder}/pid;
    error_log ${folder}/error.log;
    daemon off;
    events { worker_connections 768; }
    http {
      sendfile on;
      tcp_nopush on;
      types_hash_max_size 2048;
      types { text/html html; }
      access_log off;
      gzip on;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server { listen 127.0.0.1:${port}; root ${folder}/site; }
    }`;
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = () => {
    child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    child.kill();
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error('nginx ended before it answered; its output is above.');
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (response?.ok && (await response.text()) === PAGE) return { port, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Node's http server in a process of its own, which answers with the edge's own headers and the page.
 * @param {number} edgePort
 * @param {string} edgeHost
 */
async function startBareServer(edgePort, edgeHost) {
  const headers = await edgeHeaders(edgePort, edgeHost);
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('bare-server.mjs', import.meta.url)), JSON.stringify({ headers, body: PAGE })],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const port = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text) => resolve(Number(text)));
    child.once('error', reject).once('exit', () => reject(new Error('The bare server ended before it listened; its output is above.')));
  });
  return { port, stop: () => child.kill() };
}

/** @param {number} port @param {string} host @returns {Promise<string[]>} name, value, name, value …, less those that Node adds itself */
function edgeHeaders(port, host) {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      const { rawHeaders } = response;
      const isNodes = (/** @type {number} */ index) => /^(?:date|connection|keep-alive)$/i.test(rawHeaders[index - (index % 2)] ?? '');
      response
        .resume()
        .on('error', reject)
        .on('end', () => resolve(rawHeaders.filter((_, index) => !isNodes(index))));
    });
    request.on('error', reject);
  });
}

/** @param {number} port @param {string} host @returns {Promise<number>} */
function requestsPerSecond(port, host) {
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${DURATION}s`, '-H', `Host: ${host}`, `http://127.0.0.1:${port}/`];
  return new Promise((resolve, reject) => {
    const child = spawn('wrk', options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('error', reject).on('close', () => {
      const [, count] = /Requests\/sec:\s+([\d.]+)/.exec(text) ?? [];
      if (count === undefined || /Non-2xx/.test(text)) reject(new Error(`wrk measured no answers:\n${text}`));
      else resolve(Number(count));
    });
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
