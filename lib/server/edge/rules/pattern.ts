/**
 * Patterns of paths in `_redirects` and `_headers`. They come from whoever deploys: matching takes time in proportion to path × pattern, whatever they are, and
 * what all patterns of a site may take for one path is limited.
 */

/** Values that a pattern has taken out of a path, by the names of its placeholders; `splat` for the rest. */
export type Captures = ReadonlyMap<string, string>;

/** Names of a path, without the empty ones that slashes at its ends make. */
export function namesOf(path: string): string[] {
  return path.split('/').filter((name, index, all) => name !== '' || (index !== 0 && index !== all.length - 1));
}

/** Why a pattern of `_redirects` cannot be used; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  if (!pattern.startsWith('/')) return 'it does not begin with “/”';
  if (namesOf(pattern).some((name, index, all) => name.includes('*') && !(name === '*' && index === all.length - 1)))
    return 'a “*” stands elsewhere than alone at the end';
  return undefined;
}

/** Matches names with a pattern of `_redirects`: `:name` is one of them, `*` at the end the rest, also nothing. A slash at the end does not count. */
export function matchNames(pattern: readonly string[], names: readonly string[]): Captures | undefined {
  const hasSplat = pattern.at(-1) === '*';
  const fixed = hasSplat ? pattern.length - 1 : pattern.length;
  if (hasSplat ? names.length < fixed : names.length !== fixed) return undefined;
  const captures = new Map<string, string>();
  for (let index = 0; index < fixed; index += 1) {
    const [wanted = '', name = ''] = [pattern[index], names[index]];
    if (wanted.startsWith(':') && wanted.length > 1) captures.set(wanted.slice(1), name);
    else if (wanted !== name) return undefined;
  }
  if (hasSplat) captures.set('splat', names.slice(fixed).join('/'));
  return captures;
}

/** Parts of a pattern of `_headers`, beside single characters: one name, and anything. */
const NAME = '/:';
const ANYTHING = '*';

/** Comparisons that are left for one path. */
export interface Effort {
  steps: number;
}

/** The patterns need more comparisons than one path is worth: everybody else would wait for it. */
export class TooMuchEffort extends Error {
  override readonly name = 'TooMuchEffort';
}

/**
 * Whether a path matches a pattern of `_headers`: `:name` is one name, `*` anything; alone at the end also nothing. Cases do not differ.
 * @throws {TooMuchEffort}
 */
export function matchesGlob(pattern: string, path: string, effort: Effort): boolean {
  effort.steps -= pattern.length;
  const wanted = namesOf(pattern);
  const names = namesOf(path.toLowerCase());
  const isOpen = wanted.at(-1) === '*';
  if (isOpen) wanted.pop();
  const text = names.join('/');
  if (wanted.length === 0) return isOpen || text === '';
  const tokens = wanted.flatMap((name, index) => [...(index > 0 ? ['/'] : []), ...tokensOf(name)]);
  // What is open goes on at a slash, or ends here.
  return isOpen
    ? matchTokens(tokens, text, effort, (at) => at === text.length || text[at] === '/')
    : matchTokens(tokens, text, effort, (at) => at === text.length);
}

function tokensOf(name: string): string[] {
  if (name.startsWith(':') && name.length > 1) return [NAME];
  return name.split('*').flatMap((literal, index) => [...(index > 0 ? [ANYTHING] : []), ...literal.toLowerCase()]);
}

function matchTokens(tokens: readonly string[], text: string, effort: Effort, isEnd: (at: number) => boolean): boolean {
  let [at, index] = [0, 0];
  /** Where to go on when what follows the last `*` does not fit: one character further. */
  let retry: { index: number; at: number } | undefined;
  for (;;) {
    effort.steps -= 1;
    if (effort.steps < 0) throw new TooMuchEffort('The patterns of the site take too many comparisons for the path.');
    const token = tokens[index];
    if (token === ANYTHING) {
      retry = { index: index + 1, at };
      index += 1;
      continue;
    }
    if (token === undefined ? isEnd(at) : token === NAME ? isName(text, at) : text.startsWith(token, at)) {
      if (token === undefined) return true;
      at = token === NAME ? endOfName(text, at) : at + token.length;
      index += 1;
      continue;
    }
    if (retry === undefined || retry.at >= text.length) return false;
    retry = { index: retry.index, at: retry.at + 1 };
    [at, index] = [retry.at, retry.index];
  }
}

const isName = (text: string, at: number): boolean => at < text.length && text[at] !== '/';

function endOfName(text: string, at: number): number {
  const end = text.indexOf('/', at);
  return end === -1 ? text.length : end;
}
