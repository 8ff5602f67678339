/**
 * Cookies of the guests (RFC 6265): a made-up Response cannot set cookies in the browser, so the engine keeps them. As in a browser, cookies of `localhost` do not
 * tell ports apart: one jar serves all previews of a project. Domain and Secure are not kept: there is one host, and its connection never leaves the page.
 */

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly httpOnly: boolean;
  /** Milliseconds since the epoch; Infinity for the session's. */
  readonly expires: number;
  readonly created: number;
}

const MOST_COOKIES = 300;

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  readonly #now: () => number;
  #created = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Takes one Set-Cookie field, or with `fromScript` an assignment to `document.cookie`.
   * @param path path of the request or page
   * @returns whether anything changed
   */
  set(field: string, path: string, fromScript = false): boolean {
    const [pair = '', ...attributes] = field.split(';');
    const equals = pair.indexOf('=');
    const name = equals < 0 ? '' : pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    // oxlint-disable-next-line eslint/no-control-regex -- RFC 6265 §5.4 leaves out cookies with control characters
    if ((name === '' && value === '') || /[\0-\x08\x0a-\x1f\x7f]/.test(field)) return false;
    const { cookiePath, expires, httpOnly } = this.#readAttributes(attributes, path);
    if (httpOnly && fromScript) return false;
    const key = `${name}\n${cookiePath}`;
    const before = this.#cookies.get(key);
    if (before?.httpOnly === true && fromScript) return false;
    if (expires <= this.#now()) return this.#cookies.delete(key);
    this.#cookies.set(key, { name, value, path: cookiePath, httpOnly, expires, created: before?.created ?? this.#created++ });
    this.#drop();
    return true;
  }

  /** Value of the Cookie field for a path, empty when there is none. */
  header(path: string): string {
    return this.#matching(path).map(pairText).join('; ');
  }

  /** What `document.cookie` gives on a page. */
  visible(path: string): string {
    return this.#matching(path)
      .filter(({ httpOnly }) => !httpOnly)
      .map(pairText)
      .join('; ');
  }

  #readAttributes(attributes: readonly string[], path: string): { cookiePath: string; expires: number; httpOnly: boolean } {
    let cookiePath = defaultPath(path);
    let httpOnly = false;
    let expires = Infinity;
    let maxAge: number | null = null;
    for (const attribute of attributes) {
      const equals = attribute.indexOf('=');
      const name = (equals < 0 ? attribute : attribute.slice(0, equals)).trim().toLowerCase();
      const value = equals < 0 ? '' : attribute.slice(equals + 1).trim();
      if (name === 'path') cookiePath = value.startsWith('/') ? value : defaultPath(path);
      else if (name === 'httponly') httpOnly = true;
      else if (name === 'max-age' && /^-?\d+$/.test(value)) maxAge = Number(value);
      else if (name === 'expires' && !Number.isNaN(Date.parse(value))) expires = Date.parse(value);
    }
    if (maxAge !== null) expires = maxAge <= 0 ? -Infinity : this.#now() + maxAge * 1000;
    return { cookiePath, expires, httpOnly };
  }

  /** Longer paths first, then older ones (RFC 6265 §5.4). */
  #matching(path: string): Cookie[] {
    const now = this.#now();
    for (const [key, { expires }] of this.#cookies) if (expires <= now) this.#cookies.delete(key);
    return [...this.#cookies.values()]
      .filter((cookie) => pathMatches(pathnameOf(path), cookie.path))
      .sort((a, b) => b.path.length - a.path.length || a.created - b.created);
  }

  #drop(): void {
    if (this.#cookies.size <= MOST_COOKIES) return;
    const [oldest] = [...this.#cookies].sort(([, a], [, b]) => a.created - b.created);
    if (oldest !== undefined) this.#cookies.delete(oldest[0]);
  }
}

function pairText({ name, value }: Cookie): string {
  return name === '' ? value : `${name}=${value}`;
}

function pathnameOf(target: string): string {
  return target.replace(/[?#].*$/s, '');
}

/** RFC 6265 §5.1.4. */
function defaultPath(target: string): string {
  const path = pathnameOf(target);
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/');
}
