import { matchNames, namesOf, patternProblem, type Captures } from './pattern.ts';

/** A rule of `_redirects` or of `[[redirects]]` in `netlify.toml`, as far as it can be obeyed. */
export interface RedirectRule {
  /** Names of the path; `:name` is one of them, a last `*` the rest. */
  readonly from: readonly string[];
  /** Host names that it is for; null: all. */
  readonly host: string | null;
  readonly to: string;
  readonly status: number;
  /** Also where there is a file. */
  readonly force: boolean;
  /** What the query has to have: a value, or `:name` for any. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Languages of which the reader wants one, in lower case; null: all. */
  readonly languages: readonly string[] | null;
  /** Its target is not on this site, which this server does not ask for: the request is refused. */
  readonly refused: boolean;
}

/** A request, as far as rules look at it. */
export interface RuleRequest {
  /** Decoded, with its slash at the begin. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly search: string;
  readonly hostname: string;
  /** Value of Accept-Language. */
  readonly languages: string | undefined;
}

export interface RuleMatch {
  readonly rule: RedirectRule;
  /** Path or address, with percent-encoding where placeholders were filled in. */
  readonly target: string;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const REWRITES = new Set([200, 401, 403, 404, 410]);

/** Characters of Accept-Language that are looked at. */
const LONGEST_LANGUAGES = 500;

export const isRedirect = (rule: RedirectRule): boolean => REDIRECTS.has(rule.status);

type Outcome = { readonly rule: RedirectRule; readonly remark?: string } | { readonly remark: string };

/** Makes a rule of what `@netlify/redirect-parser` has read. `remark` says what of it does not hold here. */
export function redirectRule(read: unknown): Outcome {
  if (typeof read !== 'object' || read === null) return { remark: 'it is no rule' };
  const {
    path,
    host,
    to,
    status = 301,
    force = false,
    query = {},
    conditions = {},
    signed,
    rate_limit: rateLimit,
  } = read as Record<string, unknown>;
  if (typeof path !== 'string' || typeof to !== 'string') return { remark: 'its path or target is no text' };
  const problem = patternProblem(path);
  if (problem !== undefined) return { remark: problem };
  if (typeof status !== 'number' || !(REDIRECTS.has(status) || REWRITES.has(status)))
    return { remark: `its status ${String(status)} is not known here` };
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  if (/[\u0000-\u001f\u007f]/.test(to)) return { remark: 'its target has control characters' };
  // A placeholder at the begin could make any address of it.
  if (!/^(?:\/|[a-z][a-z\d+.-]*:)/i.test(to)) return { remark: 'its target is neither a path from “/” nor an address' };
  const { Language: language, ...others } = isFields(conditions) ? conditions : {};
  const unknown = Object.keys(others);
  if (unknown.length > 0) return { remark: `its conditions ${unknown.join(', ').slice(0, 100)} are not known here` };
  const isOutside = !to.startsWith('/') || to.startsWith('//') || to.startsWith('/.netlify/');
  const rule: RedirectRule = {
    from: namesOf(path),
    host: typeof host === 'string' ? host.toLowerCase() : null,
    to,
    status,
    force: force === true,
    query: isFields(query) ? Object.entries(query).map(([name, value]) => [name, String(value)] as const) : [],
    languages: languagesOf(language),
    refused: REWRITES.has(status) && isOutside,
  };
  if (rule.refused)
    return { rule, remark: `it passes requests on to ${to.slice(0, 200)}, which this server does not do: they are answered with 501` };
  if (signed !== undefined || rateLimit !== undefined) return { rule, remark: 'its signature or rate limit has no effect here' };
  return { rule };
}

function languagesOf(condition: unknown): readonly string[] | null {
  const list: readonly unknown[] | null = Array.isArray(condition)
    ? condition
    : typeof condition === 'string'
      ? condition.split(',')
      : null;
  return list === null ? null : list.map((language) => String(language).trim().toLowerCase());
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first rule that is for a request. @param hasFile whether there is a file at its path, which rules without force leave alone */
export function findRule(rules: readonly RedirectRule[], request: RuleRequest, hasFile: boolean): RuleMatch | undefined {
  if (rules.length === 0) return undefined;
  const names = namesOf(request.path);
  const wanted = wantedLanguages(request.languages);
  const asked = new URLSearchParams(request.search);
  for (const rule of rules) {
    if (hasFile && !rule.force) continue;
    if (rule.host !== null && rule.host !== request.hostname) continue;
    const inPath = matchNames(rule.from, names);
    if (inPath === undefined) continue;
    const inQuery = matchQuery(rule, asked);
    if (inQuery === undefined || !wantsLanguage(rule, wanted)) continue;
    const target = fillIn(rule, new Map([...inPath, ...inQuery]), request.search);
    // To where it came from: it would go round for ever.
    if (isRedirect(rule) && target.split('?', 1)[0] === encodePath(request.path)) continue;
    return { rule, target };
  }
  return undefined;
}

function matchQuery({ query }: RedirectRule, asked: URLSearchParams): Captures | undefined {
  const captures = new Map<string, string>();
  for (const [name, wanted] of query) {
    const value = asked.get(name);
    if (value === null) return undefined;
    if (wanted.startsWith(':') && wanted.length > 1) captures.set(wanted.slice(1), value);
    else if (wanted !== value) return undefined;
  }
  return captures;
}

/** Languages of an Accept-Language, in lower case: the first of them, more than any browser sends. */
function wantedLanguages(accepted: string | undefined): readonly string[] {
  return (accepted ?? '')
    .slice(0, LONGEST_LANGUAGES)
    .split(',')
    .map((item) => item.split(';', 1)[0]?.trim().toLowerCase() ?? '');
}

function wantsLanguage({ languages }: RedirectRule, wanted: readonly string[]): boolean {
  if (languages === null) return true;
  return languages.some((language) => wanted.some((want) => want === language || want.startsWith(`${language}-`)));
}

function fillIn({ to, query }: RedirectRule, captures: Captures, search: string): string {
  const filled = to.replace(/:([a-z_]\w*)/gi, (whole, name: string) => {
    const value = captures.get(name);
    return value === undefined ? whole : encodePath(value);
  });
  // What was filled in must not make a path the address of another host.
  const target = to.startsWith('/') && !to.startsWith('//') ? filled.replace(/^\/{2,}/, '/') : filled;
  return search === '' || search === '?' || query.length > 0 || target.includes('?')
    ? encodeNonAscii(target)
    : encodeNonAscii(target) + search;
}

/** Percent-encodes a decoded path. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function encodeNonAscii(text: string): string {
  return text.toWellFormed().replace(/[^\u0021-\u007e]+/g, encodeURIComponent);
}
