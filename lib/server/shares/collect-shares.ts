import { manifestBlobs, parseManifest } from '../../share/manifest.ts';
import type { Storage } from '../storage/open-storage.ts';
import { allKeys, readDocument, type ShareRecord, type UploadRecord } from './share-record.ts';

/** Milliseconds after which an upload that was not finished is given up. */
const ABANDONED = 24 * 60 * 60 * 1000;

/**
 * Removes the blobs that no version of a share and no upload names. What is being uploaded is named before its first file is sent, so nothing in use is taken;
 * uploads are read before shares, since publishing writes the share before it removes the upload. One that is given up now is spared until the next time: it
 * may be about to be published.
 *
 * @param now milliseconds since the epoch
 * @param spared milliseconds for which a file is kept after somebody sent or named it
 */
export async function collectShares({ blobs, pointers, collect }: Storage, now: number, spared: number): Promise<number> {
  const used = new Set<string>();
  const use = async (manifest: string): Promise<void> => {
    if (used.has(manifest)) return;
    used.add(manifest);
    const blob = await blobs.get(manifest);
    if (blob === null) return;
    const parsed = parseManifest(await new Response(blob.body as BodyInit).json(), { bytes: Infinity, files: Infinity });
    for (const hash of manifestBlobs(parsed).keys()) used.add(hash);
  };
  for await (const key of allKeys(pointers, 'uploads/')) {
    const found = await readDocument<UploadRecord>(pointers, key);
    await use(key.split('/').at(-1) ?? '');
    if (found !== null && now - found.value.begun > ABANDONED) await pointers.delete(key, found.version);
  }
  for await (const key of allKeys(pointers, 'shares/')) {
    const found = await readDocument<ShareRecord>(pointers, key);
    for (const { manifest } of found?.value.versions ?? []) await use(manifest);
  }
  let removed = await collect();
  for (let after: string | null | undefined; after !== null;) {
    const page = await blobs.list(after === undefined ? {} : { after });
    for (const hash of page.items) if (!used.has(hash) && (await blobs.delete(hash, spared))) removed += 1;
    after = page.next;
  }
  return removed;
}
