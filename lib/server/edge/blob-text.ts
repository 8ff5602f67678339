import type { BlobHash, BlobStore } from '../storage/storage.ts';

// oxlint-disable-next-line typescript/require-await -- a source is asynchronous
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export async function putBytes(blobs: BlobStore, bytes: Uint8Array): Promise<BlobHash> {
  return (await blobs.put(once(bytes))).hash;
}

export const putText = (blobs: BlobStore, text: string): Promise<BlobHash> => putBytes(blobs, new TextEncoder().encode(text));

/** Null when there is no such blob. */
export async function getBytes(blobs: BlobStore, hash: BlobHash): Promise<Uint8Array<ArrayBuffer> | null> {
  const blob = await blobs.get(hash);
  return blob && new Uint8Array(await new Response(blob.body as BodyInit).arrayBuffer());
}

export async function getText(blobs: BlobStore, hash: BlobHash): Promise<string | null> {
  const bytes = await getBytes(blobs, hash);
  return bytes && new TextDecoder().decode(bytes);
}
