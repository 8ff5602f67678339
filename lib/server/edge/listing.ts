import { LONGEST_PATH, type EdgeLimits } from './limits.ts';
import { badDigest, badPath, badRequest, tooMany } from './edge-problems.ts';
import { isSha1 } from './records.ts';

/** Path → SHA-1, in the order of their UTF-16 code units. Paths have no slash at the begin. */
export type Listing = ReadonlyMap<string, string>;

/**
 * The files that a client wants to deploy.
 * @param files as it came from outside: `{path: sha1}`
 */
export function parseListing(files: unknown, limits: EdgeLimits): Listing {
  if (typeof files !== 'object' || files === null || Array.isArray(files)) throw badRequest('“files” is no object of paths and digests.');
  const entries = Object.entries(files);
  if (entries.length > limits.files)
    throw tooMany('files', limits.files, 'Deploy fewer files, or raise the limit on the server (docs/deploying.md).');
  const listing = new Map<string, string>();
  for (const [key, sha] of entries) {
    const path = checkedPath(key);
    const digest = typeof sha === 'string' ? sha.toLowerCase() : sha;
    if (!isSha1(digest)) throw badDigest(key);
    if (listing.has(path) && listing.get(path) !== digest) throw badPath(key, 'is there twice, with different contents');
    listing.set(path, digest);
  }
  return sorted(listing);
}

function sorted(listing: Listing): Listing {
  return new Map([...listing].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws {ProblemError} when it is no path of a file below the site's root */
export function checkedPath(text: string): string {
  const path = text.replace(/^\//, '');
  if (path === '') throw badPath(text, 'is empty');
  if (Buffer.byteLength(path) > LONGEST_PATH) throw badPath(text, `is longer than ${LONGEST_PATH} bytes`);
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  if (/[\u0000-\u001f\u007f]/.test(path)) throw badPath(text, 'has a control character in it');
  if (!path.isWellFormed()) throw badPath(text, 'is no Unicode text');
  // As Netlify: in an address they end the path.
  if (/[#?]/.test(path)) throw badPath(text, 'has a “#” or “?” in it');
  if (path.includes('\\')) throw badPath(text, 'has a backslash in it');
  for (const name of path.split('/')) {
    if (name === '') throw badPath(text, 'has an empty name in it');
    if (name === '.' || name === '..') throw badPath(text, 'leads out of its folder');
  }
  return path;
}

export function listingText(listing: Listing): string {
  return JSON.stringify([...listing]);
}

/** What `listingText` wrote. */
export function readListing(text: string): Listing {
  return new Map(JSON.parse(text) as [string, string][]);
}
