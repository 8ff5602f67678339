import type { Registry } from './npm-config.ts';

/** What a path below `/api/registry/` asks for. */
export type RegistryPath =
  | { readonly kind: 'packument'; readonly name: string }
  /** One version's manifest, by version or tag. */
  | { readonly kind: 'manifest'; readonly name: string; readonly version: string }
  | { readonly kind: 'tarball'; readonly name: string; readonly file: string }
  /** A tarball below the registry's address whose path has not the usual form. */
  | { readonly kind: 'odd-tarball'; readonly name: string; readonly path: string }
  /** A tarball that the registry's metadata places on another host. */
  | { readonly kind: 'foreign-tarball'; readonly name: string; readonly host: string };

/** Stands in stored metadata where the proxy's own address goes when it is served. */
export const PLACEHOLDER = 'jampot-registry:/';

const NAME = '(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9_~][a-z0-9._~-]*';
const PACKUMENT = new RegExp(`^(${NAME})$`, 'i');
const TARBALL = new RegExp(`^(${NAME})/-/((?:@[a-z0-9._~-]+/)?[a-z0-9._~+-]+\\.tgz)$`, 'i');
const MANIFEST = new RegExp(`^(${NAME})/([a-z0-9._+-]+)$`, 'i');
const ODD = new RegExp(`^-/odd/(${NAME})$`, 'i');
const FOREIGN = new RegExp(`^-/foreign/(${NAME})$`, 'i');

/** @param path what follows `/api/registry/`, percent-encoded or not */
export function parseRegistryPath(path: string, search: URLSearchParams): RegistryPath | undefined {
  const decoded = decodeOnce(path);
  if (decoded?.split('/').some((segment) => segment === '.' || segment === '..') !== false) return undefined;
  const [, name = '', rest = ''] =
    ODD.exec(decoded) ?? FOREIGN.exec(decoded) ?? TARBALL.exec(decoded) ?? PACKUMENT.exec(decoded) ?? MANIFEST.exec(decoded) ?? [];
  if (name === '') return undefined;
  if (decoded.startsWith('-/odd/')) return { kind: 'odd-tarball', name, path: search.get('path') ?? '' };
  if (decoded.startsWith('-/foreign/')) return { kind: 'foreign-tarball', name, host: search.get('host') ?? '' };
  if (rest === '') return { kind: 'packument', name };
  return rest.endsWith('.tgz') ? { kind: 'tarball', name, file: rest } : { kind: 'manifest', name, version: rest };
}

/** The registry's own address of what a path asks for. `undefined` when an odd path is no tarball of the registry. */
export function upstreamUrl(path: Exclude<RegistryPath, { kind: 'foreign-tarball' }>, registry: Registry): URL | undefined {
  const encodedName = path.name.replace('/', '%2f');
  switch (path.kind) {
    case 'packument':
      return new URL(encodedName, registry.url);
    case 'manifest':
      return new URL(`${encodedName}/${encodeURIComponent(path.version)}`, registry.url);
    case 'tarball':
      return new URL(`${path.name}/-/${path.file}`, registry.url);
    case 'odd-tarball':
      return isOddTarball(path.path, registry) ? new URL(path.path, registry.url) : undefined;
  }
}

/** Requests carry the server's credentials, so a path that a client names must be a file of the registry and nothing of its API (`/-/…`). */
function isOddTarball(path: string, registry: Registry): boolean {
  const base = new URL(registry.url);
  const url = URL.canParse(path, base) ? new URL(path, base) : undefined;
  if (url === undefined || url.origin !== base.origin || url.username !== '' || !url.pathname.startsWith(base.pathname)) return false;
  const decoded = decodeOnce(url.pathname.slice(base.pathname.length));
  // What still looks encoded could become a dot segment where it is decoded again.
  if (decoded === undefined || /[%\\?#]/.test(decoded)) return false;
  const segments = decoded.split('/');
  return segments[0] !== '-' && !segments.some((segment) => /^\.{0,2}$/.test(segment)) && /\.(?:tgz|tar\.gz)$/i.test(decoded);
}

function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The proxy's address, with PLACEHOLDER in front, of a tarball that metadata names. */
export function proxyLocation(name: string, tarball: string, registry: Registry): string {
  const base = new URL(registry.url);
  const url = URL.canParse(tarball) ? new URL(tarball) : undefined;
  // npm's `replace-registry-host=always`: metadata of a mirror names the registry that it mirrors. Where a tarball has a registry's own address
  // scheme, it is asked for below the configured registry, whatever host stands there; its integrity is checked in the page.
  const isOwn = url?.origin === base.origin;
  const inBase =
    url === undefined ? '' : url.pathname.startsWith(base.pathname) ? url.pathname.slice(base.pathname.length) : url.pathname.slice(1);
  const decoded = decodeOnce(inBase);
  if (url !== undefined && decoded !== undefined && url.search === '' && TARBALL.exec(decoded)?.[1] === name)
    return `${PLACEHOLDER}${decoded}`;
  if (url === undefined || !isOwn) return `${PLACEHOLDER}-/foreign/${name}?host=${encodeURIComponent(url?.host ?? tarball)}`;
  return `${PLACEHOLDER}-/odd/${name}?path=${encodeURIComponent(url.pathname + url.search)}`;
}

/** Replaces the tarball addresses of a packument or manifest by the proxy's. */
export function rewriteMetadata(name: string, text: string, registry: Registry): string {
  const metadata = JSON.parse(text) as Manifest & { versions?: Record<string, Manifest> };
  for (const manifest of [metadata, ...Object.values(metadata.versions ?? {})]) {
    if (typeof manifest.dist?.tarball === 'string') manifest.dist.tarball = proxyLocation(name, manifest.dist.tarball, registry);
  }
  return JSON.stringify(metadata);
}

interface Manifest {
  dist?: { tarball?: unknown };
}
