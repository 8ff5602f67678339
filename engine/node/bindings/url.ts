/** `internalBinding('url')`: WHATWG URLs by the browser's own parser. Stands for src/node_url.cc and Ada. */
import type { Binding, Environment } from '../environment.ts';
import { domainToUnicode, hostToAscii } from '../text/domain.ts';
import { assignProperty, isPlainFile, parseHref } from '../text/host-url.ts';
import { fillComponents } from '../text/url-components.ts';

// Guests see Node's URL under this name: keep the browser's.
const HostURL = globalThis.URL;

/** What `update` changes, by its number in internal/url.js `updateActions`. */
const PROPERTIES = ['protocol', 'host', 'hostname', 'port', 'username', 'password', 'pathname', 'search', 'hash'] as const;
const HREF = 9;

// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const POSIX_ESCAPES = /[\0-\x20"#%<>?[\\\]^`{|}~\x7f]/g;
// oxlint-disable-next-line no-control-regex -- as above; `\` separates
const WINDOWS_ESCAPES = /[\0-\x20"#%<>?[\]^`{|}~\x7f]/g;

/** One ASCII character, as `%41`. */
const percentEncode = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

export function create(environment: Environment): Binding {
  /** Shared with JavaScript: the components of the URL that was parsed or changed last. */
  const urlComponents = new Uint32Array(9);

  const publish = (href: string): string => {
    fillComponents(href, urlComponents);
    return href;
  };

  function parse(input: string, base: string | undefined, raise: boolean): string | undefined {
    const href = parseHref(input, base);
    if (href !== null) return publish(href);
    if (!raise) return undefined;
    throw Object.assign(
      environment.codedError('TypeError', 'ERR_INVALID_URL', 'Invalid URL'),
      { input },
      base === undefined ? {} : { base },
    );
  }

  function update(href: string, action: number, value: string): string | false {
    if (action === HREF) {
      const parsed = parseHref(value);
      return parsed === null ? false : publish(parsed);
    }
    const property = PROPERTIES[action];
    // A refused value leaves the URL as it is, which is what JavaScript would do with `false`.
    return property === undefined ? false : publish(assignProperty(href, property, value));
  }

  function pathToFileURL(path: string, windows: boolean, hostname?: string): string {
    const plain = `file://${path}`;
    if (!windows && !path.includes('~') && isPlainFile(plain)) return publish(plain);
    const url = new HostURL('file://');
    // Node escapes more than the path state does, which would also drop or take for itself some of it.
    url.pathname = path.replace(windows ? WINDOWS_ESCAPES : POSIX_ESCAPES, percentEncode);
    if (windows && hostname !== undefined) url.hostname = hostname;
    return publish(url.href);
  }

  function format(href: string, fragment: boolean, unicode: boolean, search: boolean, auth: boolean): string {
    const url = new HostURL(href);
    if (!fragment) url.hash = '';
    if (!search) url.search = '';
    if (!auth) {
      url.username = '';
      url.password = '';
    }
    if (!unicode || url.hostname === '') return url.href;
    const components = new Uint32Array(9);
    fillComponents(url.href, components);
    const [, , hostStart = 0, hostEnd = 0] = components;
    const start = url.href[hostStart] === '@' ? hostStart + 1 : hostStart;
    return url.href.slice(0, start) + domainToUnicode(url.hostname) + url.href.slice(hostEnd);
  }

  return {
    urlComponents,
    parse,
    update,
    canParse: (input: string, base?: string) => parseHref(input, base) !== null,
    pathToFileURL,
    format,
    domainToASCII: hostToAscii,
    domainToUnicode: (domain: string) => domainToUnicode(hostToAscii(domain)),
    getOrigin(input: string) {
      const href = parseHref(input);
      if (href === null) throw environment.codedError('TypeError', 'ERR_INVALID_URL', 'Invalid URL');
      return new HostURL(href).origin;
    },
  };
}
