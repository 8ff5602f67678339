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

export interface LiveFinding {
  readonly path: string;
  /** In words: “answers 404”. */
  readonly reason: string;
}

export interface LiveCheck {
  readonly url: string;
  /** Files that were asked for. */
  readonly checked: number;
  /** Files that could be asked for, of which `checked` were chosen. */
  readonly files: number;
  /** What is live is not what was built. */
  readonly different: readonly LiveFinding[];
  /** Nothing is known of what is live: it did not answer, or does not let the IDE read it. */
  readonly unreadable: readonly LiveFinding[];
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

/** Fetches what is live and compares it with what was built. */
export async function checkLive(files: readonly SiteFile[], { url, read, limit = Infinity, signal }: LiveCheckOptions): Promise<LiveCheck> {
  const pages = files.filter(({ path }) => isServed(path)).sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1));
  const chosen = pages.slice(0, limit);
  const findings = { different: [] as LiveFinding[], unreadable: [] as LiveFinding[] };
  const compare = async ({ path, digest }: SiteFile): Promise<{ kind: keyof typeof findings; reason: string } | null> => {
    try {
      const { status, sha256 } = await read(`${url}/${livePath(path)}`, signal);
      if (sha256 === digest.sha256) return null;
      return { kind: 'different', reason: status === 200 ? 'answers other bytes' : `answers ${status}` };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'unreadable', reason: messageOf(error) };
    }
  };
  await forEachParallel(
    chosen,
    LANES,
    async (file) => {
      if ((await compare(file)) === null) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
      const found = await compare(file);
      if (found !== null) findings[found.kind].push({ path: file.path, reason: found.reason });
    },
    signal,
  );
  for (const list of Object.values(findings)) list.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { url, checked: chosen.length, files: pages.length, ...findings };
}

/** The address of a file as visitors know it, without a slash at the front: `about/` of `about/index.html`. */
export function livePath(path: string): string {
  return path
    .replace(/(^|\/)index\.html$/, '$1')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** Reads the edge, which lets the IDE's origin read its sites. */
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

/** Names that begin with a dot are for nobody, but for `.well-known`. */
function isServed(path: string): boolean {
  return !RULES.has(path) && !path.split('/').some((name, index) => name.startsWith('.') && !(index === 0 && name === '.well-known'));
}

function rank(path: string): number {
  if (path === 'index.html') return 0;
  return path.endsWith('.html') ? 1 : 2;
}
