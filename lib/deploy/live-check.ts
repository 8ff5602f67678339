import { messageOf } from '../errors/problem.ts';
import type { SiteFile } from './adapter.ts';
import { hexDigest } from './digest.ts';
import { forEachParallel } from './parallel.ts';

/** What a site answers for an address. */
export interface LiveAnswer {
  readonly status: number;
  readonly sha256: string;
}

export type ReadLive = (url: string, signal: AbortSignal) => Promise<LiveAnswer>;

export interface LiveDifference {
  readonly path: string;
  /** In words: “answers 404”. */
  readonly reason: string;
}

export interface LiveCheck {
  readonly url: string;
  /** Files that were compared. */
  readonly checked: number;
  /** Files that could be compared, of which `checked` were chosen. */
  readonly files: number;
  readonly different: readonly LiveDifference[];
}

export interface LiveCheckOptions {
  /** Address of a site or a deploy, without a slash at the end. */
  readonly url: string;
  readonly read: ReadLive;
  /** How many files are compared at most; the front page and pages come first. */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

const LANES = 6;
/** A site that has just been published may need a moment on all its servers. Milliseconds. */
const RETRY = 700;
/** Rules for the provider; they are not pages. */
const RULES = new Set(['_redirects', '_headers', 'netlify.toml']);

/** Fetches what is live and compares it with what was built. A file that cannot be read counts as different, with the reason. */
export async function checkLive(files: readonly SiteFile[], { url, read, limit = Infinity, signal }: LiveCheckOptions): Promise<LiveCheck> {
  const pages = files.filter(({ path }) => !RULES.has(path)).sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1));
  const chosen = pages.slice(0, limit);
  const different: LiveDifference[] = [];
  const compare = async ({ path, digest }: SiteFile): Promise<string | null> => {
    try {
      const { status, sha256 } = await read(`${url}/${livePath(path)}`, signal);
      if (sha256 === digest.sha256) return null;
      return status === 200 ? 'answers other bytes' : `answers ${status}`;
    } catch (error) {
      signal.throwIfAborted();
      return `cannot be read (${messageOf(error)})`;
    }
  };
  await forEachParallel(
    chosen,
    LANES,
    async (file) => {
      if ((await compare(file)) === null) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
      const reason = await compare(file);
      if (reason !== null) different.push({ path: file.path, reason });
    },
    signal,
  );
  return { url, checked: chosen.length, files: pages.length, different: different.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The address of a file as visitors know it, without a slash at the front: `about/` of `about/index.html`. */
export function livePath(path: string): string {
  return path
    .replace(/(^|\/)index\.html$/, '$1')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** Reads the edge, whose public files any origin may read. */
export function directReader(fetch: typeof globalThis.fetch): ReadLive {
  return async (url, signal) => {
    const response = await fetch(url, { cache: 'no-store', credentials: 'omit', signal });
    return { status: response.status, sha256: await hexDigest('SHA-256', new Uint8Array(await response.arrayBuffer())) };
  };
}

/** Has our server read and hash a site that pages of other origins may not read. */
export function serverReader(fetch: typeof globalThis.fetch): ReadLive {
  return async (url, signal) => {
    const response = await fetch(`/api/deploys/check?url=${encodeURIComponent(url)}`, { cache: 'no-store', signal });
    const { status, sha256, cause } = (await response.json()) as { status?: unknown; sha256?: unknown; cause?: unknown };
    if (!response.ok || typeof status !== 'number' || typeof sha256 !== 'string')
      throw new Error(typeof cause === 'string' ? cause : `${response.status}`);
    return { status, sha256 };
  };
}

function rank(path: string): number {
  if (path === 'index.html') return 0;
  return path.endsWith('.html') ? 1 : 2;
}
