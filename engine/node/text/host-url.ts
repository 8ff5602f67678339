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

/** Part of a path that a URL writes as it is. What may be a dot segment, a drive letter or a host is left to the parser. */
const SEGMENT = String.raw`[\w\-~!$&'()*+,;=@][\w\-.~!$&'()*+,;=@]*`;
const PLAIN_FILE = new RegExp(`^file://(?:/${SEGMENT})+/?$`);
/** `./` or `../`s and a plain path behind them. */
const PLAIN_RELATIVE = new RegExp(String.raw`^(?:\./|(?:\.\./)+)(?:${SEGMENT}/)*${SEGMENT}$`);
/** Without one, an input is no URL by itself. Tabs and line breaks are left out by the parser, controls and spaces before it too. */
// oxlint-disable-next-line no-control-regex -- as said
const SCHEME = /^[\0- ]*[a-z][a-z\d+\-.\t\n\r]*:/i;

/** Characters: no path of a file has more, and longer texts are too much for a regular expression. */
const LONGEST_PLAIN = 4096;

/** Whether it is a file URL as the parser writes it. False where only the parser can say. */
export const isPlainFile = (text: string): boolean => text.length <= LONGEST_PLAIN && PLAIN_FILE.test(text);

/**
 * What loaders of modules ask for most, without the browser's parser: plain file URLs, references relative to them, and names that are no URL (which the
 * browser says by an exception, the most expensive case). `undefined`: the parser has to say.
 */
function parsePlain(input: string, base: string | undefined): string | null | undefined {
  if (input.length > LONGEST_PLAIN) return undefined;
  if (PLAIN_FILE.test(input)) return base === undefined || isPlainFile(base) ? input : undefined;
  if (base === undefined) return SCHEME.test(input) ? undefined : null;
  if (!PLAIN_RELATIVE.test(input) || !isPlainFile(base)) return undefined;
  let folder = base.slice(0, base.lastIndexOf('/') + 1);
  let rest = input;
  while (rest.startsWith('.')) {
    if (rest.startsWith('../')) {
      // The root's parent is the root.
      if (folder.length > 'file:///'.length) folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
      rest = rest.slice(3);
    } else rest = rest.slice(2);
  }
  return folder + rest;
}

/** The serialised URL, or null for what is none. */
export function parseHref(input: string, base?: string): string | null {
  const plain = parsePlain(input, base);
  if (plain !== undefined) return plain;
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
