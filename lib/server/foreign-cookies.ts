import type { Base } from '../origins.ts';
import { LAYOUT_COOKIE } from '../workspace/layout.ts';
import { THEME_COOKIE } from '../workspace/theme.ts';

/** Bytes of foreign cookies that are left alone: those of a proxy that authenticates users are among them. */
const TOLERATED = 4 * 1024;
/** Bytes from which naming each cookie is not enough: some may be of other paths or of a parent of the base's domain. */
const FLOOD = 8 * 1024;
const MOST_NAMES = 50;
const OWN = new Set([THEME_COOKIE, LAYOUT_COOKIE]);
/** RFC 6265, "token"; what else browsers keep as a name cannot be expired by name. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export interface CookieRemoval {
  /** Values of `Set-Cookie` headers. */
  readonly setCookie: readonly string[];
  /** Value of `Clear-Site-Data`, when everything has to go. */
  readonly clearSiteData: string | undefined;
}

const NOTHING: CookieRemoval = { setCookie: [], clearSiteData: undefined };

/**
 * Previews run projects' code on names below the base's and can set cookies for all of them. So many that requests become too large for a
 * server or proxy would lock the user out of the IDE: its answers take cookies that are not its own away before that.
 *
 * @param cookies value of the Cookie header of a request to the IDE's host
 */
export function removeForeignCookies(cookies: string | null, base: Base): CookieRemoval {
  if (cookies === null || cookies.length <= TOLERATED) return NOTHING;
  const seen = new Set<string>();
  const names = new Set<string>();
  let bytes = 0;
  for (const pair of cookies.split(';')) {
    const name = pair.split('=', 1)[0]?.trim() ?? '';
    // A second cookie of an own name is one that was set for the domain or another path.
    if (OWN.has(name) && !seen.has(name)) {
      seen.add(name);
      continue;
    }
    bytes += pair.length + 1;
    if (NAME.test(name)) names.add(name);
  }
  if (bytes <= TOLERATED) return NOTHING;
  const setCookie = [...names].slice(0, MOST_NAMES).flatMap((name) => {
    const ofDomain = `${name}=; Path=/; Domain=${base.hostname}; Max-Age=0`;
    return OWN.has(name) ? [ofDomain] : [`${name}=; Path=/; Max-Age=0`, ofDomain];
  });
  return { setCookie, clearSiteData: bytes > FLOOD ? '"cookies"' : undefined };
}
