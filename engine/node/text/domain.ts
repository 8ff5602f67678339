/** Domain names between Unicode and ASCII, by the browser's URL parser (UTS #46) and Punycode (RFC 3492). */

// Guests replace the global: keep the browser's.
const HostURL = globalThis.URL;

const ASCII = /^[\0-\x7f]*$/;

/** As the host of a special URL: ASCII with IPv4 and IPv6 in their normal forms; '' where it is none. */
export function hostToAscii(domain: string): string {
  if (domain === '') return '';
  // A refused assignment leaves the old host: two different ones tell it from success.
  const [first, second] = ['ws://x', 'ws://y'].map((base) => {
    const url = new HostURL(base);
    url.hostname = domain;
    return url.hostname;
  });
  // The browser lets some forbidden characters pass, escaped.
  return first !== undefined && first === second && !first.includes('%') ? first : '';
}

/** Maps the labels only: numbers stay numbers, and characters that no host may have stay. '' where Unicode forbids it. */
export function domainToAscii(domain: string): string {
  if (ASCII.test(domain) && !/(^|\.)xn--/i.test(domain)) return domain.toLowerCase();
  if (ASCII.test(domain)) return hostToAscii(domain) === '' && !/(^|\.)xn--(\.|$)/i.test(domain) ? '' : domain.toLowerCase();
  return hostToAscii(domain);
}

/** Every `xn--` label in Unicode, where that is valid. */
export function domainToUnicode(domain: string): string {
  return domain
    .split('.')
    .map((label) => {
      if (!/^xn--./.test(label) || !ASCII.test(label)) return label;
      const decoded = decodePunycode(label.slice(4));
      return decoded !== undefined && hostToAscii(decoded) === label ? decoded : label;
    })
    .join('.');
}

const BASE = 36;
const MIN = 1;
const MAX = 26;
const SKEW = 38;
const DAMP = 700;

function adapt(delta: number, points: number, first: boolean): number {
  let rest = first ? Math.floor(delta / DAMP) : delta >> 1;
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > ((BASE - MIN) * MAX) >> 1; k += BASE) rest = Math.floor(rest / (BASE - MIN));
  return k + Math.floor(((BASE - MIN + 1) * rest) / (rest + SKEW));
}

/** RFC 3492, section 6.2; undefined for input that is no Punycode. */
export function decodePunycode(text: string): string | undefined {
  const split = text.lastIndexOf('-');
  const points = [...text.slice(0, Math.max(0, split))].map((character) => character.charCodeAt(0));
  let n = 128;
  let bias = 72;
  let index = 0;
  for (let at = split < 0 ? 0 : split + 1; at < text.length;) {
    const before = index;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit === undefined) return undefined;
      index += digit * weight;
      const threshold = k <= bias ? MIN : k >= bias + MAX ? MAX : k - bias;
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = points.length + 1;
    bias = adapt(index - before, count, before === 0);
    n += Math.floor(index / count);
    index %= count;
    if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000)) return undefined;
    points.splice(index++, 0, n);
  }
  return String.fromCodePoint(...points);
}

function digitOf(code: number): number | undefined {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : undefined;
}
