import { matchesGlob, type Effort } from './pattern.ts';

/** A rule of `_headers` or of `[[headers]]` in `netlify.toml`, as far as it can be obeyed. */
export interface HeaderRule {
  readonly for: string;
  readonly values: readonly (readonly [name: string, value: string])[];
}

/**
 * Headers that say how an answer is sent, which the server alone knows (Netlify has the same list), and `Clear-Site-Data`, which reaches beyond the site: it
 * takes the cookies of the whole domain. The last ones are orders to a proxy in front, which sends its own files or turns its settings at their word.
 */
const OWN = new Set([
  'accept-ranges',
  'age',
  'allow',
  'alt-svc',
  'clear-site-data',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'etag',
  'keep-alive',
  'last-modified',
  'location',
  'server',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'x-lighttpd-send-file',
  'x-reproxy-file',
  'x-reproxy-url',
  'x-sendfile',
]);
const isOwn = (name: string): boolean => OWN.has(name) || name.startsWith('x-accel-');

/** Makes a rule of what `@netlify/headers-parser` has read. `remarks` say what of it does not hold here. */
export function headerRule(read: { readonly for: string; readonly values: Readonly<Record<string, unknown>> }): {
  readonly rule: HeaderRule;
  readonly remarks: readonly string[];
} {
  const remarks: string[] = [];
  const values: [string, string][] = [];
  for (const [name, value] of Object.entries(read.values)) {
    const shown = name.slice(0, 80);
    if (name.toLowerCase() === 'basic-auth')
      remarks.push(`“Basic-Auth” for ${read.for.slice(0, 200)} has no effect here: these pages can be read without a password`);
    else if (isOwn(name.toLowerCase())) remarks.push(`“${shown}” is the server’s own`);
    else if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || typeof value !== 'string' || !/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
      remarks.push(`“${shown}” or its value cannot be sent in a header`);
    else values.push([name, value]);
  }
  return { rule: { for: read.for, values }, remarks };
}

/** Comparisons for one path: a few dozen milliseconds. Two thousand rules like `/*.html` take a tenth of it for the usual path. */
const MOST_STEPS = 5_000_000;

/** What the rules add to the answer for a path; of the same name the last counts. Names are in lower case. @throws {TooMuchEffort} */
export function headersFor(rules: readonly HeaderRule[], path: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const effort: Effort = { steps: MOST_STEPS };
  for (const rule of rules)
    if (matchesGlob(rule.for, path, effort)) for (const [name, value] of rule.values) headers.set(name.toLowerCase(), value);
  return headers;
}
