import { classifyHost, engineOrigin } from '../origins.ts';
import { engineCacheControl, isolationHeaders, type EmbedderPolicy, type Headers } from './headers.ts';
import { bootstrapPage, bridgePage, headlessPage } from './pages/engine-pages.ts';
import { messagePage } from './pages/html.ts';
import type { Settings } from './settings.ts';

export interface IncomingRequest {
  readonly method: string;
  /** Path as it came, with its percent-encoding. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly search: string;
  readonly header: (name: string) => string | null;
}

export type Decision =
  /** The application (pages, static files, route handlers) answers. */
  | { readonly action: 'next'; readonly headers: Headers }
  /** The static file at another path answers. */
  | { readonly action: 'rewrite'; readonly path: string; readonly headers: Headers }
  | { readonly action: 'redirect'; readonly location: string }
  | { readonly action: 'respond'; readonly status: number; readonly body: string; readonly headers: Headers };

/**
 * Decides by the Host header which origin a request is for, and what of it that origin has. docs/architecture.md, "Origins".
 * @param hostScript text of the engine's host script, which saves its page a request; null: the page asks for it
 */
export function routeRequest(request: IncomingRequest, settings: Settings, hostScript: () => string | null = () => null): Decision {
  const host = classifyHost(request.header('host'), settings.base);
  // A preview's paths are its guest's, which may have any.
  if (host.kind === 'preview') return routePreview(request, settings, host.project, host.port);
  const path = plainPath(request.path);
  if (path === undefined) return malformed(request);
  switch (host.kind) {
    case 'ide':
      if (path.startsWith('/api/')) return routeApi(request);
      // Browsers ask for it where a document names no icon, as answers of the API and this server's messages do.
      if (path === '/favicon.ico') return { action: 'rewrite', path: '/icon.svg', headers: IDE_HEADERS };
      // Engines run on their own origins only; the framework's image service is not used.
      if (path.startsWith('/engine/') || path.startsWith('/_next/image')) return notFound(request);
      return { action: 'next', headers: IDE_HEADERS };
    case 'engine':
      return routeEngine(request, settings, host.project, hostScript);
    // The front server answers them before the application is asked.
    case 'edge':
    case 'unknown-label':
      return notFound(request);
    case 'loopback':
      if (path.startsWith('/api/')) return routeApi(request);
      return { action: 'redirect', location: `${settings.base.origin}${request.path}${request.search}` };
    case 'foreign':
      if (path.startsWith('/api/')) return isBrowser(request) ? refuseRebound(request, settings) : routeApi(request);
      return html(421, misdirected(settings), isolationHeaders({ embedderPolicy: 'require-corp', resourcePolicy: 'same-origin' }));
  }
}

/**
 * The path decoded once, as the application decodes it, without repeated slashes and in lower case (some file systems do not tell cases apart):
 * for comparing with what must not be reached. `undefined` when it cannot be decoded.
 */
function plainPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
      .replace(/[/\\]+/g, '/')
      .toLowerCase();
  } catch {
    return undefined;
  }
}

/**
 * Browsers send Sec-Fetch-* to secure origins only; these others come with every request of theirs, and a page cannot take all of them away.
 */
function isBrowser(request: Pick<IncomingRequest, 'header'>): boolean {
  const telling = ['sec-fetch-site', 'sec-fetch-mode', 'origin', 'referer', 'accept-language'];
  return telling.some((name) => request.header(name) !== null) || /^mozilla\//i.test(request.header('user-agent') ?? '');
}

/** A page whose own name was made to lead to this server (DNS rebinding) is of the same origin as the answers that it would get. */
function refuseRebound(request: IncomingRequest, settings: Settings): Decision {
  return json(403, API_HEADERS, {
    code: 'API_FOREIGN_HOST',
    title: 'The API answers browsers at its own address only',
    cause: `A browser asked ${request.header('host') ?? 'no host'}, which is no name of this server.`,
    remedy: `Use ${settings.base.origin}, a command-line client, or start the server with JAMPOT_BASE_URL set to the address that you use.`,
  });
}

function malformed(request: IncomingRequest): Decision {
  const title = 'The address is malformed';
  const cause = `The escapes of ${request.path} are not UTF-8 text in percent-encoding.`;
  const remedy = 'Write a "%" of a name as "%25".';
  if (/^\/+api\//i.test(request.path)) return json(400, API_HEADERS, { code: 'MALFORMED_PATH', title, cause, remedy });
  return html(400, messagePage({ title, cause, remedy }), API_HEADERS);
}

const IDE_HEADERS = isolationHeaders({
  embedderPolicy: 'require-corp',
  resourcePolicy: 'same-origin',
  contentSecurityPolicy: "frame-ancestors 'none'; object-src 'none'; base-uri 'self'",
});

const API_HEADERS = isolationHeaders({ embedderPolicy: 'require-corp', resourcePolicy: 'same-origin' });

/** Engine files are loaded by the page and workers of their own origin only; workers need an embedder policy of their own. */
const ENGINE_FILE_HEADERS = isolationHeaders({ embedderPolicy: 'require-corp', resourcePolicy: 'same-origin' });

/** Browsers say where a request comes from: pages of other origins, projects' previews among them, get nothing of the API. */
function routeApi(request: IncomingRequest): Decision {
  const from = request.header('sec-fetch-site');
  if (from !== null && from !== 'same-origin' && from !== 'none') {
    return json(403, API_HEADERS, {
      code: 'API_CROSS_ORIGIN',
      title: 'The API answers to its own origin only',
      cause: `A page of another origin (${from}) asked for ${request.path}.`,
      remedy: 'Ask from the page that this server serves, or from a command-line client.',
    });
  }
  return { action: 'next', headers: API_HEADERS };
}

/** What of the API an engine may ask. */
const ENGINE_API = /^\/api\/(?:registry\/|fetch$|health$)/;

function routeEngine(request: IncomingRequest, settings: Settings, project: string, hostScript: () => string | null): Decision {
  const { path } = request;
  if (path === '/headless') {
    const headers = isolationHeaders({
      embedderPolicy: embedderPolicyOf(request),
      resourcePolicy: 'cross-origin',
      contentSecurityPolicy: `frame-ancestors ${settings.embedders.join(' ')}; object-src 'none'; base-uri 'none'`,
    });
    const outboundFetch = settings.fetchHosts.length > 0;
    return html(
      200,
      headlessPage({ base: settings.base.origin, project, outboundFetch, disk: settings.disk, hostScript: hostScript() }),
      headers,
    );
  }
  if (path.startsWith('/engine/')) {
    return { action: 'next', headers: { ...ENGINE_FILE_HEADERS, 'Cache-Control': engineCacheControl(path) } };
  }
  return ENGINE_API.test(path) ? routeApi(request) : notFound(request);
}

/** Bundles that a preview's origin has, all below the one prefix that no guest can use. */
const PREVIEW_SCRIPTS: Readonly<Record<string, string>> = {
  '/__jampot/sw.js': '/engine/preview-sw.js',
  '/__jampot/bootstrap.js': '/engine/preview-bootstrap.js',
  '/__jampot/bridge.js': '/engine/preview-bridge.js',
};

/** Requests that reach the server here are those that no service worker took: everything else of the origin is the guest's. */
function routePreview(request: IncomingRequest, settings: Settings, project: string, port: number): Decision {
  const isolation = isolationHeaders({ embedderPolicy: embedderPolicyOf(request), resourcePolicy: 'cross-origin' });
  const options = { base: settings.base.origin, engine: engineOrigin(settings.base, project), port };
  const script = PREVIEW_SCRIPTS[request.path];
  if (script !== undefined) {
    return { action: 'rewrite', path: script, headers: { ...isolation, 'Cache-Control': 'no-cache', 'Service-Worker-Allowed': '/' } };
  }
  if (request.path === '/__jampot/bridge') return html(200, bridgePage(options), isolation);
  if (request.path.startsWith('/__jampot/')) return notFound(request);
  // A page gets the bootstrap and loads again once the worker is there. What is no page cannot, and must not take it for an answer.
  if (isNavigation(request)) return html(200, bootstrapPage(options), isolation);
  const text = `Port ${port} of the project "${project}" is served inside the browser tab that runs it; open this address in that browser.\n`;
  return {
    action: 'respond',
    status: 503,
    body: text,
    headers: { ...isolation, ...NO_STORE, 'Content-Type': 'text/plain; charset=utf-8' },
  };
}

function isNavigation(request: IncomingRequest): boolean {
  const mode = request.header('sec-fetch-mode');
  if (mode !== null) return mode === 'navigate';
  return request.header('accept')?.includes('text/html') ?? false;
}

function embedderPolicyOf(request: IncomingRequest): EmbedderPolicy {
  return new URLSearchParams(request.search).get('coep') === 'credentialless' ? 'credentialless' : 'require-corp';
}

function misdirected({ base }: Settings): string {
  return messagePage({
    title: 'Jampot has another address',
    cause: `This server is set up for ${base.origin}.`,
    remedy:
      'Open that address, or start the server with JAMPOT_BASE_URL set to the address that you use (its subdomains must reach the server too).',
  });
}

const NO_STORE: Headers = { 'Cache-Control': 'no-store' };

function html(status: number, body: string, headers: Headers): Decision {
  return { action: 'respond', status, body, headers: { ...NO_STORE, ...headers, 'Content-Type': 'text/html; charset=utf-8' } };
}

function json(status: number, headers: Headers, value: unknown): Decision {
  return {
    action: 'respond',
    status,
    body: JSON.stringify(value),
    headers: { ...NO_STORE, ...headers, 'Content-Type': 'application/json' },
  };
}

function notFound(request: IncomingRequest): Decision {
  const page = messagePage({
    title: 'Nothing here',
    cause: `This origin has no ${request.path}.`,
    remedy: 'Projects are opened from the IDE.',
  });
  return html(404, page, isolationHeaders({ embedderPolicy: 'require-corp', resourcePolicy: 'same-origin' }));
}
