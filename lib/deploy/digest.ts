import type { Digest, SiteFile } from './adapter.ts';
import { forEachParallel } from './parallel.ts';

/** Digests at a time: WebCrypto computes them on other threads. */
const LANES = 8;

/** SHA-1 and SHA-256 of all files, by WebCrypto. */
export async function digestFiles(
  files: readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[],
  signal?: AbortSignal,
): Promise<SiteFile[]> {
  const digests = new Map<string, Digest>();
  await forEachParallel(
    files,
    LANES,
    async ({ path, bytes }) => {
      const [sha1, sha256] = await Promise.all([hexDigest('SHA-1', bytes), hexDigest('SHA-256', bytes)]);
      digests.set(path, { sha1, sha256 });
    },
    signal,
  );
  return files.flatMap(({ path, bytes }) => {
    const digest = digests.get(path);
    return digest === undefined ? [] : [{ path, bytes, digest }];
  });
}

export async function hexDigest(algorithm: 'SHA-1' | 'SHA-256', bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
