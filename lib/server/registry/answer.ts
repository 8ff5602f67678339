import { answer, ProblemError } from '../problem.ts';
import { parseRegistryPath, PLACEHOLDER } from './locations.ts';
import type { Metadata, RegistryProxy } from './registry-proxy.ts';

const PREFIX = '/api/registry/';

/**
 * Answers `GET /api/registry/…`: packuments (the installer's form, unless Accept asks for plain JSON only), version manifests and tarballs.
 * `Cache-Control: no-cache` (or `no-store`) in the request asks the registry again, for tarballs too.
 */
export function answerRegistryRequest(request: Request, proxy: () => Promise<RegistryProxy>): Promise<Response> {
  return answer(async () => {
    const url = new URL(request.url);
    const path = parseRegistryPath(url.pathname.slice(PREFIX.length), url.searchParams);
    if (path === undefined) {
      throw new ProblemError(404, {
        code: 'REGISTRY_PATH',
        title: 'The registry proxy does not serve this path',
        cause: `"${url.pathname}" is neither a package, a version nor a tarball.`,
        remedy: 'Ask for /api/registry/<package>, /api/registry/<package>/<version> or a tarball address from its metadata.',
      });
    }
    const reload = /no-cache|no-store/.test(request.headers.get('cache-control') ?? '');
    if (path.kind === 'packument' || path.kind === 'manifest') {
      const accept = request.headers.get('accept') ?? '*/*';
      const full = path.kind === 'manifest' || (accept.includes('application/json') && !accept.includes('install-v1'));
      return metadataResponse(request, await (await proxy()).metadata(path, { full, reload }));
    }
    const { body, length } = await (await proxy()).tarball(path, { reload });
    return new Response(body, {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Cache-Control': 'public, max-age=31536000, immutable',
        ...(length === undefined ? {} : { 'Content-Length': String(length) }),
      },
    });
  });
}

function metadataResponse(request: Request, { body, etag, stale }: Metadata): Response {
  const headers = { ETag: etag, 'Cache-Control': 'no-cache', Vary: 'Accept', ...(stale ? { Warning: '110 - "Response is Stale"' } : {}) };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  return new Response(body.replaceAll(`"${PLACEHOLDER}`, `"${originOf(request)}${PREFIX}`), {
    headers: { ...headers, 'Content-Type': 'application/json' },
  });
}

/** The origin that the client used: behind a TLS-terminating proxy the protocol is the forwarded one. */
function originOf(request: Request): string {
  const { protocol, host } = new URL(request.url);
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase();
  const scheme = forwarded === 'http' || forwarded === 'https' ? forwarded : protocol.slice(0, -1);
  return `${scheme}://${request.headers.get('host') ?? host}`;
}
