/** Header fields between the browser's request and the guest's, and between the guest's answer and the browser's. */
import type { HeaderList } from '../protocol/preview-messages.ts';
import { guestPortOf, previewOrigin } from './preview-place.ts';
import type { PreviewPlace } from './preview-place.ts';

interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly referrer: string;
  readonly mode: string;
  readonly destination: string;
}

const NOT_SENT = new Set(['accept-encoding', 'cookie', 'host', 'origin', 'referer', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site']);

/**
 * The guest sees what it would see on a developer's machine: a browser at `http://localhost:<port>`. A service worker's Response is not decoded by the
 * browser, so encodings are not asked for.
 * @param from the page's own preview
 */
export function guestRequestHeaders(request: RequestFacts, port: number, from: PreviewPlace, userAgent: string): HeaderList {
  const headers: [string, string][] = [['Host', `localhost:${port}`]];
  request.headers.forEach((value, name) => {
    if (!NOT_SENT.has(name)) headers.push([name, value]);
  });
  const own = `http://localhost:${from.port}`;
  if (!request.headers.has('user-agent')) headers.push(['User-Agent', userAgent]);
  headers.push(['Accept-Encoding', 'identity']);
  if ((request.method !== 'GET' && request.method !== 'HEAD') || (request.mode === 'cors' && port !== from.port))
    headers.push(['Origin', own]);
  const referrer = URL.canParse(request.referrer) ? new URL(request.referrer) : null;
  const referrerPort = referrer === null ? null : guestPortOf(referrer, from, new Set());
  if (referrer !== null && referrerPort !== null) {
    headers.push(['Referer', `http://localhost:${referrerPort}${referrer.pathname}${referrer.search}`]);
  }
  headers.push(['Sec-Fetch-Site', port === from.port ? 'same-origin' : 'same-site'], ['Sec-Fetch-Mode', request.mode]);
  headers.push(['Sec-Fetch-Dest', request.destination === '' ? 'empty' : request.destination]);
  return headers;
}

/** Fields of the connection, and those that isolation sets anew. `x-frame-options` would keep the IDE's frame empty. */
const NOT_PASSED = new Set([
  'connection',
  'cross-origin-embedder-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'keep-alive',
  'origin-agent-cluster',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-frame-options',
]);

export type EmbedderPolicy = 'require-corp' | 'credentialless';

export function isolate(headers: Headers, policy: EmbedderPolicy): void {
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', policy);
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  headers.set('Origin-Agent-Cluster', '?1');
}

/**
 * @param url of the request
 * @param nonce of the injected script, for the page's Content-Security-Policy
 * @param open ports of guests
 */
export function pageResponseHeaders(
  given: HeaderList,
  options: {
    readonly url: string;
    readonly place: PreviewPlace;
    readonly open: ReadonlySet<number>;
    readonly nonce: string;
    readonly policy: EmbedderPolicy;
  },
): Headers {
  const { url, place, open, nonce, policy } = options;
  const headers = new Headers();
  for (const [name, value] of given) {
    const key = name.toLowerCase();
    if (NOT_PASSED.has(key)) {
      if (key === 'cross-origin-embedder-policy' && (value === 'require-corp' || value === 'credentialless')) headers.set(name, value);
    } else if (key === 'location') headers.set(name, previewLocation(value, url, place, open));
    else if (key === 'content-security-policy' || key === 'content-security-policy-report-only') {
      const allowed = framablePolicy(value, nonce);
      if (allowed !== '') headers.append(name, allowed);
    } else headers.append(name, value);
  }
  const chosen = headers.get('cross-origin-embedder-policy');
  isolate(headers, chosen === 'require-corp' || chosen === 'credentialless' ? chosen : policy);
  return headers;
}

/** Where a redirect goes: guests name themselves `localhost:<port>`, the browser knows them as previews. */
export function previewLocation(value: string, url: string, place: PreviewPlace, open: ReadonlySet<number>): string {
  if (!URL.canParse(value, url)) return value;
  const target = new URL(value, url);
  const port = guestPortOf(target, place, open);
  return port === null ? target.href : `${previewOrigin(place, port)}${target.pathname}${target.search}${target.hash}`;
}

/** A Content-Security-Policy under which the IDE may frame the page and the injected script runs; all else stays. */
export function framablePolicy(policy: string, nonce: string): string {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !/^frame-ancestors(?:\s|$)/i.test(directive));
  for (const name of ['script-src-elem', 'script-src', 'default-src']) {
    const at = directives.findIndex(
      (directive) => directive.toLowerCase().startsWith(name) && /^(?:\s|$)/.test(directive.slice(name.length)),
    );
    const directive = directives[at];
    if (directive === undefined) continue;
    // A nonce would switch 'unsafe-inline' off, under which the script runs already.
    const runsInline = /'unsafe-inline'/i.test(directive) && !/'(?:nonce-|sha\d{3}-|strict-dynamic')/i.test(directive);
    if (runsInline) break;
    const sources = directive.replace(/\s'none'/i, '');
    if (name === 'default-src') directives.push(`script-src${sources.slice(name.length)} 'nonce-${nonce}'`);
    else directives[at] = `${sources} 'nonce-${nonce}'`;
    break;
  }
  return directives.join('; ');
}
