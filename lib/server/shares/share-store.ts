import { createHash } from 'node:crypto';
import {
  ManifestError,
  manifestBlobs,
  manifestFiles,
  manifestText,
  parseManifest,
  type Manifest,
  type ShareLimits,
} from '../../share/manifest.ts';
import type { Storage } from '../storage/open-storage.ts';
import type { StoredBlob } from '../storage/storage.ts';
import { collectShares } from './collect-shares.ts';
import * as problems from './share-problems.ts';
import {
  isSameKey,
  keyHash,
  readDocument,
  shareKey,
  toJson,
  uploadKey,
  type Found,
  type ShareRecord,
  type ShareVersion,
  type UploadRecord,
} from './share-record.ts';

const MOST_VERSIONS = 1000;
/** Blobs that are looked for at the same time. */
const AT_ONCE = 32;

export interface ShareStoreOptions {
  /** For shares alone: what no share names is removed from it. */
  readonly storage: Storage;
  readonly limits: ShareLimits;
  /** Milliseconds for which `collect` spares a file after it was sent or named, so that it takes none from under another server. Default: 10 minutes. */
  readonly spared?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A version with what it is made of. */
export interface SharedVersion {
  readonly version: ShareVersion;
  readonly manifest: Manifest;
}

/**
 * Shared projects: versions of a project under one name, each a manifest of content hashes that never changes. A version is there once all of its files are,
 * by one swap of the share's document; whoever is killed before leaves nothing but files that `collect` removes.
 *
 * All methods throw a ProblemError for what a client can act on.
 */
export class ShareStore {
  readonly limits: ShareLimits;
  readonly #storage: Storage;
  readonly #spared: number;
  readonly #now: () => number;
  /** Manifests do not change: the last ones are kept parsed. */
  readonly #manifests = new Map<string, Manifest>();
  #collecting: Promise<unknown> = Promise.resolve();
  #beginning = new Set<Promise<unknown>>();

  constructor({ storage, limits, spared = 10 * 60 * 1000, now = Date.now }: ShareStoreOptions) {
    this.#storage = storage;
    this.limits = limits;
    this.#spared = spared;
    this.#now = now;
  }

  /** Begins to publish a version. Gives the name of the upload and the hashes of the files that have to be sent. */
  async begin(id: string, editKey: string, value: unknown): Promise<{ upload: string; missing: string[] }> {
    const manifest = this.#parse(value);
    await this.#requireKey(id, editKey);
    // Files that are there already may be about to be collected: wait, and let the next collection wait for this.
    await this.#collecting;
    const work = (async () => {
      const text = new TextEncoder().encode(manifestText(manifest));
      const upload = createHash('sha256').update(text).digest('hex');
      const key = uploadKey(id, upload);
      // Its name comes first: from then on nothing of it is collected.
      const before = await this.#storage.pointers.get(key);
      await this.#swap(key, { key: keyHash(editKey), begun: this.#now() }, before?.version ?? null);
      await this.#put(text, upload);
      return { upload, missing: await this.#missing(manifest) };
    })();
    this.#beginning.add(work);
    return work.finally(() => this.#beginning.delete(work));
  }

  /** Takes a file of an upload. */
  async putBlob(id: string, editKey: string, upload: string, hash: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const manifest = await this.#requireUpload(id, editKey, upload);
    const size = manifestBlobs(manifest).get(hash);
    if (size === undefined) throw problems.blobNotNamed();
    try {
      await this.#storage.blobs.put(source, { expected: hash, limit: size });
    } catch (error) {
      throw problems.storageRefused(error);
    }
  }

  /**
   * Publishes an upload as the next version. `expected` is the newest version that the author has seen, 0 for none. What is published already is given
   * again: an answer may have been lost.
   */
  async commit(id: string, editKey: string, upload: string, expected: number): Promise<ShareVersion> {
    for (;;) {
      const found = await this.#requireKey(id, editKey);
      const newest = found?.value.versions.at(-1);
      if (newest?.manifest === upload) return newest;
      const manifest = await this.#requireUpload(id, editKey, upload);
      if ((newest?.version ?? 0) !== expected) throw problems.shareMoved(newest?.version ?? 0);
      if ((found?.value.versions.length ?? 0) >= MOST_VERSIONS) throw problems.tooManyVersions(MOST_VERSIONS);
      const missing = await this.#missing(manifest);
      if (missing.length > 0) throw problems.uploadIncomplete(missing);
      const files = manifestFiles(manifest);
      const version: ShareVersion = {
        version: (found?.value.last ?? 0) + 1,
        manifest: upload,
        at: new Date(this.#now()).toISOString(),
        files: files.length,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
      };
      const record: ShareRecord = {
        key: keyHash(editKey),
        versions: [...(found?.value.versions ?? []), version],
        last: version.version,
        deleted: false,
      };
      if (!(await this.#swap(shareKey(id), record, found?.version ?? null))) continue;
      const done = await this.#storage.pointers.get(uploadKey(id, upload));
      if (done !== null) await this.#storage.pointers.delete(uploadKey(id, upload), done.version);
      return version;
    }
  }

  /** @throws {ProblemError} 404, 410 */
  async read(id: string): Promise<ShareRecord> {
    const found = await readDocument<ShareRecord>(this.#storage.pointers, shareKey(id));
    if (found === null) throw problems.shareUnknown(id);
    if (found.value.deleted) throw problems.shareDeleted();
    return found.value;
  }

  /** @param number null: the newest */
  async version(id: string, number: number | null): Promise<SharedVersion> {
    const { versions, last } = await this.read(id);
    const version = number === null ? versions.at(-1) : versions.find((one) => one.version === number);
    // A number that was given, but before the share was deleted and made again.
    if (version === undefined) throw number !== null && number <= last ? problems.shareDeleted() : problems.versionUnknown(id, number ?? 0);
    return { version, manifest: await this.#manifest(version.manifest) };
  }

  /** A file of a version. */
  async blob({ manifest }: SharedVersion, hash: string): Promise<StoredBlob> {
    if (!manifestBlobs(manifest).has(hash)) throw problems.blobNotNamed();
    const blob = await this.#storage.blobs.get(hash);
    if (blob === null) throw new Error(`The blob ${hash} of a share is gone.`);
    return blob;
  }

  /** The bytes of all files of a version, each once, in the manifest's order. */
  async *content(shared: SharedVersion): AsyncGenerator<Uint8Array> {
    for (const hash of manifestBlobs(shared.manifest).keys()) {
      const { body } = await this.blob(shared, hash);
      yield* body;
    }
  }

  /** Takes a share back with all its versions. The name stays taken by its key. */
  async delete(id: string, editKey: string): Promise<void> {
    for (;;) {
      const found = await this.#requireKey(id, editKey);
      if (found === null) throw problems.shareUnknown(id);
      if (found.value.deleted) throw problems.shareDeleted();
      const record: ShareRecord = { key: found.value.key, versions: [], last: found.value.last, deleted: true };
      if (await this.#swap(shareKey(id), record, found.version)) return;
    }
  }

  /** Removes the files that no share and no upload of the last day names; how many. No upload of this server begins meanwhile. */
  collect(): Promise<number> {
    const run = this.#collecting.then(async () => {
      await Promise.allSettled(this.#beginning);
      return collectShares(this.#storage, this.#now(), this.#spared);
    });
    this.#collecting = run.catch(() => {});
    return run;
  }

  #parse(value: unknown): Manifest {
    try {
      return parseManifest(value, this.limits);
    } catch (error) {
      if (error instanceof ManifestError) throw problems.manifestRefused(error, this.limits);
      throw error;
    }
  }

  /** The share's document, when there is one and the key is its. */
  async #requireKey(id: string, editKey: string): Promise<Found<ShareRecord> | null> {
    const found = await readDocument<ShareRecord>(this.#storage.pointers, shareKey(id));
    if (found !== null && !isSameKey(found.value.key, keyHash(editKey))) throw problems.keyWrong();
    return found;
  }

  async #requireUpload(id: string, editKey: string, upload: string): Promise<Manifest> {
    const found = await readDocument<UploadRecord>(this.#storage.pointers, uploadKey(id, upload));
    if (found === null || !isSameKey(found.value.key, keyHash(editKey))) throw problems.uploadUnknown();
    return this.#manifest(upload);
  }

  async #manifest(hash: string): Promise<Manifest> {
    const kept = this.#manifests.get(hash);
    if (kept !== undefined) return kept;
    const blob = await this.#storage.blobs.get(hash);
    if (blob === null) throw new Error(`The manifest ${hash} of a share is gone.`);
    // It was within the limits that held when it was shared.
    const manifest = parseManifest(await new Response(blob.body as BodyInit).json(), { bytes: Infinity, files: Infinity });
    for (const oldest of this.#manifests.keys()) {
      if (this.#manifests.size < 50) break;
      this.#manifests.delete(oldest);
    }
    this.#manifests.set(hash, manifest);
    return manifest;
  }

  async #missing(manifest: Manifest): Promise<string[]> {
    const missing: string[] = [];
    const blobs = [...manifestBlobs(manifest)];
    for (let at = 0; at < blobs.length; at += AT_ONCE) {
      await Promise.all(
        blobs.slice(at, at + AT_ONCE).map(async ([hash, size]) => {
          const blob = (await this.#storage.blobs.touch(hash)) ? await this.#storage.blobs.get(hash) : null;
          if (blob === null) missing.push(hash);
          else if (blob.size !== size)
            throw problems.manifestRefused(
              new ManifestError('format', `A file has ${blob.size} bytes, not the ${size} that the manifest says.`),
              this.limits,
            );
        }),
      );
    }
    return missing;
  }

  async #put(bytes: Uint8Array, expected: string): Promise<void> {
    try {
      await this.#storage.blobs.put(oneChunk(bytes), { expected });
    } catch (error) {
      throw problems.storageRefused(error);
    }
  }

  async #swap(key: string, record: ShareRecord | UploadRecord, expected: string | null): Promise<boolean> {
    try {
      return (await this.#storage.pointers.swap(key, toJson(record), expected)) !== null;
    } catch (error) {
      throw problems.storageRefused(error);
    }
  }
}

// oxlint-disable-next-line typescript/require-await -- a source is asynchronous
async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
