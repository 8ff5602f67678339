/**
 * The origins of one installation. With the base `http://jampot.localhost:3000`:
 *
 * | host | what answers there |
 * |---|---|
 * | `jampot.localhost` | the IDE |
 * | `<project>.jampot.localhost` | the engine of one project |
 * | `p<port>--<project>.jampot.localhost` | the preview of one port of one project |
 * | `<site>.edge.jampot.localhost` | a deployed site |
 * | `<deploy>--<site>.edge.jampot.localhost` | one deploy of a site, for ever |
 *
 * All are one site and different origins. Only host names are compared, so that a forwarded port still works.
 */
export interface Base {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  /** Empty when it is the protocol's default. */
  readonly port: string;
  readonly origin: string;
}

export type HostKind =
  | { readonly kind: 'ide' }
  | { readonly kind: 'engine'; readonly project: string }
  | { readonly kind: 'preview'; readonly project: string; readonly port: number }
  /** `deploy` is the 24 hexadecimal digits of a deploy; null: whatever the site shows now. */
  | { readonly kind: 'edge'; readonly site: string; readonly deploy: string | null }
  /** `localhost`, 127.0.0.1 and [::1] when they are not the base themselves. */
  | { readonly kind: 'loopback' }
  /** Below the base, but no label that this server knows. */
  | { readonly kind: 'unknown-label' }
  | { readonly kind: 'foreign' };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Labels below the base that projects may not take. */
const RESERVED = new Set(['edge', 'www', 'api']);
/** `p65535--` and a project make one DNS label of at most 63 characters. */
const LONGEST_PROJECT = 54;
/** 24 digits, two hyphens and a site make one DNS label of at most 63 characters. */
const LONGEST_SITE = 37;
const EDGE = 'edge';

/** @throws {TypeError} when the text is no http(s) URL of a bare host */
export function parseBase(text: string): Base {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new TypeError(`The base URL must be like "https://ide.example.com", not "${text}".`, { cause });
  }
  const { protocol } = url;
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`The base URL must be http or https, not "${text}".`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new TypeError(`The base URL must be an origin without path, query or user, not "${text}".`);
  }
  return { protocol, hostname: url.hostname, port: url.port, origin: url.origin };
}

/** A project's label: lower-case letters, digits and single hyphens, at most 54 characters. */
export function isProjectLabel(text: string): boolean {
  return text.length <= LONGEST_PROJECT && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && !RESERVED.has(text);
}

/** The name of a deployed site: lower-case letters, digits and single hyphens, at most 37 characters. */
export function isSiteLabel(text: string): boolean {
  return text.length <= LONGEST_SITE && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

/** @param host value of a Host header, or `location.host` */
export function classifyHost(host: string | null, base: Base): HostKind {
  const hostname = hostnameOf(host);
  if (hostname === base.hostname) return { kind: 'ide' };
  const suffix = `.${base.hostname}`;
  if (hostname.endsWith(suffix)) return classifyLabel(hostname.slice(0, -suffix.length));
  return { kind: LOOPBACK.has(hostname) ? 'loopback' : 'foreign' };
}

export function engineOrigin(base: Base, project: string): string {
  return originBelow(base, checkedProject(project));
}

/** @param port a guest's TCP port, 1 to 65535 */
export function previewOrigin(base: Base, project: string, port: number): string {
  if (!isPort(port)) throw new RangeError(`${port} is not a TCP port.`);
  return originBelow(base, `p${port}--${checkedProject(project)}`);
}

/** @param deploy the 24 digits of a deploy, or null for the site itself */
export function edgeOrigin(base: Base, site: string, deploy: string | null = null): string {
  if (!isSiteLabel(site)) throw new TypeError(`"${site}" cannot be a site's name in a host name.`);
  return originBelow(base, `${deploy === null ? '' : `${deploy}--`}${site}.${EDGE}`);
}

function hostnameOf(host: string | null): string {
  return (host ?? '').trim().toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

function classifyLabel(label: string): HostKind {
  if (label.endsWith(`.${EDGE}`)) return classifyEdge(label.slice(0, -EDGE.length - 1));
  const preview = /^p([1-9]\d{0,4})--(.+)$/.exec(label);
  if (preview !== null) {
    const [, digits = '', project = ''] = preview;
    const port = Number(digits);
    return isPort(port) && isProjectLabel(project) ? { kind: 'preview', project, port } : { kind: 'unknown-label' };
  }
  return isProjectLabel(label) ? { kind: 'engine', project: label } : { kind: 'unknown-label' };
}

function classifyEdge(label: string): HostKind {
  const [, deploy = null, site = ''] = /^(?:([0-9a-f]{24})--)?(.+)$/.exec(label) ?? [];
  return isSiteLabel(site) ? { kind: 'edge', site, deploy } : { kind: 'unknown-label' };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function checkedProject(project: string): string {
  if (!isProjectLabel(project)) throw new TypeError(`"${project}" cannot be a project's name in a host name.`);
  return project;
}

function originBelow(base: Base, label: string): string {
  return `${base.protocol}//${label}.${base.hostname}${base.port === '' ? '' : `:${base.port}`}`;
}
