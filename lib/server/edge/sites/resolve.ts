import { isHidden } from '../deploy-store.ts';
import type { Release, ReleaseFile } from '../release.ts';
import { encodePath, findRule, isRedirect } from '../rules/redirect-rules.ts';
import { RULE_FILES } from '../rules/parse-rules.ts';

export interface PageRequest {
  /** As it came: path with percent-encoding, and query. */
  readonly target: string;
  readonly hostname: string;
  /** Value of Accept-Language. */
  readonly languages: string | undefined;
}

export type Resolution =
  | {
      readonly kind: 'file';
      readonly status: number;
      readonly path: string;
      readonly file: ReleaseFile;
      /** Of the request, decoded. */ readonly asked: string;
    }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** A rule wants an answer of another host. */
  | { readonly kind: 'refused'; readonly to: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' };

type Lookup = { readonly path: string; readonly file: ReleaseFile } | { readonly elsewhere: string };

const PRIVATE = new Set<string>(RULE_FILES);

/** What a deploy answers to a path: rules in their order, then files under their pretty addresses, then the site's own 404 page. */
export function resolve(release: Release, { target, hostname, languages }: PageRequest): Resolution {
  const question = target.indexOf('?');
  const search = question === -1 ? '' : target.slice(question);
  const path = decodePath(question === -1 ? target : target.slice(0, question));
  if (path === undefined) return { kind: 'malformed' };
  const found = lookUp(release, path);
  const match = findRule(release.redirects, { path, search, hostname, languages }, found !== undefined);
  if (match !== undefined) {
    const { rule, target: to } = match;
    if (rule.refused) return { kind: 'refused', to: rule.to };
    if (isRedirect(rule)) return { kind: 'redirect', status: rule.status, location: to };
    const file = fileAt(release, to);
    return file === undefined ? missing(release, path) : { kind: 'file', status: rule.status, asked: path, ...file };
  }
  if (found === undefined) return missing(release, path);
  if ('elsewhere' in found) return { kind: 'redirect', status: 301, location: encodePath(found.elsewhere) + search };
  return { kind: 'file', status: 200, asked: path, ...found };
}

function missing(release: Release, asked: string): Resolution {
  const file = release.files.get('404.html');
  return file === undefined ? { kind: 'missing' } : { kind: 'file', status: 404, path: '404.html', file, asked };
}

/** The path decoded once; undefined when that is no path. */
function decodePath(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    const decoded = path.includes('%') ? decodeURIComponent(path) : path;
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    return /[\u0000-\u001f\u007f]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/**
 * A path is looked up among the deploy's own paths and nowhere else, so whatever is in it, it leads to nothing but a file of the deploy.
 * `/about` is about.html, or leads on to `/about/`, which is about/index.html; as at Netlify, about.html comes first for both.
 */
function lookUp({ files }: Release, path: string): Lookup | undefined {
  const name = path.slice(1);
  const at = (candidate: string): { path: string; file: ReleaseFile } | undefined => {
    const file = files.get(candidate);
    return file === undefined || PRIVATE.has(candidate) || isHidden(candidate) ? undefined : { path: candidate, file };
  };
  if (name === '' || name.endsWith('/')) {
    const bare = name.slice(0, -1);
    if (bare !== '' && (at(`${bare}.html`) ?? at(bare)) !== undefined) return { elsewhere: `/${bare}` };
    return at(`${name}index.html`);
  }
  return at(name) ?? at(`${name}.html`) ?? (at(`${name}/index.html`) === undefined ? undefined : { elsewhere: `/${name}/` });
}

/** The file that a rule's target means. */
function fileAt(release: Release, target: string): { path: string; file: ReleaseFile } | undefined {
  const path = decodePath(target.split('?', 1)[0] ?? '');
  const found = path === undefined ? undefined : lookUp(release, path);
  if (found === undefined || !('elsewhere' in found)) return found;
  const again = lookUp(release, found.elsewhere);
  return again === undefined || 'elsewhere' in again ? undefined : again;
}
