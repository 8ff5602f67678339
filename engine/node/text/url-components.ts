/**
 * Where the parts of a serialised URL are, as Ada's `url_components` gives them to Node:
 *
 *     https://user:pass@example.com:1234/foo/bar?baz#quux
 *           |     |    |          | ^^^^|       |   hash
 *           |     |    |          | |   |       search
 *           |     |    |          | |   pathname
 *           |     |    |          | port (its number)
 *           |     |    |          host end
 *           |     |    host start (the `@`, where there is one)
 *           |     username end
 *           protocol end
 */

const OMITTED = 0xffffffff;

const SCHEME_TYPES: Readonly<Record<string, number>> = { 'http:': 0, 'https:': 2, 'ws:': 3, 'ftp:': 4, 'wss:': 5, 'file:': 6 };
const NOT_SPECIAL = 1;

/** Fills `components` for a serialised (valid, normal) URL. */
export function fillComponents(href: string, components: Uint32Array): void {
  const protocolEnd = href.indexOf(':') + 1;
  const hash = href.indexOf('#');
  const beforeHash = hash < 0 ? href.length : hash;
  const question = href.indexOf('?');
  const search = question >= 0 && question < beforeHash ? question : -1;
  const end = search < 0 ? beforeHash : search;

  let usernameEnd = protocolEnd;
  let hostStart = protocolEnd;
  let hostEnd = protocolEnd;
  let pathname = protocolEnd;
  let port = OMITTED;
  if (href.startsWith('//', protocolEnd)) {
    const start = protocolEnd + 2;
    const slash = href.indexOf('/', start);
    pathname = slash >= 0 && slash < end ? slash : end;
    const at = href.lastIndexOf('@', pathname - 1);
    let host = start;
    usernameEnd = hostStart = start;
    if (at >= start) {
      const colon = href.indexOf(':', start);
      usernameEnd = colon >= 0 && colon < at ? colon : at;
      hostStart = at;
      host = at + 1;
    }
    const bracket = href.charCodeAt(host) === 91 ? href.indexOf(']', host) : host;
    const colon = href.indexOf(':', bracket);
    hostEnd = colon >= 0 && colon < pathname ? colon : pathname;
    if (hostEnd < pathname) port = Number(href.slice(hostEnd + 1, pathname));
  } else if (href.startsWith('/.//', protocolEnd)) {
    // Without a host, `/.` keeps a path of two slashes from looking like one.
    pathname = protocolEnd + 2;
  }

  components[0] = protocolEnd;
  components[1] = usernameEnd;
  components[2] = hostStart;
  components[3] = hostEnd;
  components[4] = port;
  components[5] = pathname;
  components[6] = search < 0 ? OMITTED : search;
  components[7] = hash < 0 ? OMITTED : hash;
  components[8] = SCHEME_TYPES[href.slice(0, protocolEnd)] ?? NOT_SPECIAL;
}
