/**
 * The browser's URL parser, held to the URL Standard as Node's parser (Ada) keeps it where Chromium does not: hosts with characters that no
 * domain may have, `localhost` in file URLs, changes between special and other schemes, a query of `?` alone. What is left is listed in
 * engine/node/bindings/url.browser.test.ts.
 */

// Guests see Node's URL under this name: keep the browser's.
const HostURL = globalThis.URL;

export type UrlProperty = 'protocol' | 'host' | 'hostname' | 'port' | 'username' | 'password' | 'pathname' | 'search' | 'hash';

const SPECIAL = /^(?:https?|wss?|ftp|file):?$/i;
/** A colon outside the brackets of an IPv6 address: a port. */
const PORT = /:(?![^[]*\])/;

/** Percent signs are left in a special host only where the browser let a forbidden character pass. */
const isForbiddenHost = (url: URL): boolean => url.hostname.includes('%') && SPECIAL.test(url.protocol);

function normalise(url: URL): string {
  if (url.protocol === 'file:' && url.hostname === 'localhost') url.hostname = '';
  return url.href;
}

/** The serialised URL, or null for what is none. */
export function parseHref(input: string, base?: string): string | null {
  try {
    // Windows drive letters with a bar, which Chromium leaves alone elsewhere.
    const url = new HostURL(input.replace(/^(\s*file:[/\\]*[a-z])\|(?=[/\\?#]|\s*$)/i, '$1:'), base);
    return isForbiddenHost(url) ? null : normalise(url);
  } catch {
    return null;
  }
}

function isRefused(url: URL, property: UrlProperty, value: string): boolean {
  if (property === 'protocol') {
    const scheme = value.split(':', 1)[0] ?? '';
    return SPECIAL.test(scheme) !== SPECIAL.test(url.protocol);
  }
  return (property === 'host' || property === 'hostname') && url.protocol === 'file:' && PORT.test(value);
}

/** A URL with one property assigned; as it was where the value is refused. */
export function assignProperty(href: string, property: UrlProperty, value: string): string {
  const url = new HostURL(href);
  if (isRefused(url, property, value)) return href;
  if (property === 'search' && value === '?') {
    // An empty query, which is not the same as none.
    url.search = '';
    const hash = url.href.indexOf('#');
    return hash < 0 ? `${url.href}?` : `${url.href.slice(0, hash)}?${url.href.slice(hash)}`;
  }
  url[property] = value;
  return isForbiddenHost(url) ? href : normalise(url);
}
