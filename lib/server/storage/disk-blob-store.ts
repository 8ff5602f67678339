import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { codeOf, namesIn, placeIfAbsent, placeOver, syncFolder } from './disk-files.ts';
import { DiskStore } from './disk-store.ts';
import {
  pageOf,
  requireHash,
  StorageError,
  type BlobHash,
  type BlobStore,
  type ByteRange,
  type Page,
  type PageOptions,
  type StoredBlob,
} from './storage.ts';

/** Blobs as files `<folder>/<2 digits>/<62 digits>`. Several servers may use one folder of one file system. */
export class DiskBlobStore extends DiskStore implements BlobStore {
  constructor(folder: string) {
    super(folder, 'temporary');
  }

  async put(
    source: AsyncIterable<Uint8Array>,
    { expected, limit = Infinity }: { readonly expected?: BlobHash; readonly limit?: number } = {},
  ): Promise<{ hash: BlobHash; size: number }> {
    if (expected !== undefined) requireHash(expected);
    const digest = createHash('sha256');
    let size = 0;
    let hash = '';
    return this.temporary.through(
      async (file) => {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > limit) throw new StorageError('TOO_LARGE', `There are more than ${limit} bytes.`);
          digest.update(chunk);
          await file.writeFile(chunk);
        }
        hash = digest.digest('hex');
        if (expected !== undefined && hash !== expected)
          throw new StorageError('HASH_MISMATCH', `The bytes have the SHA-256 ${hash}, not ${expected}.`);
      },
      async (path) => {
        const target = this.#path(hash);
        // Another writer may have named it a moment ago and not have made the name durable yet.
        if (await this.touch(hash)) await syncFolder(dirname(target));
        else await placeOver(path, target);
        return { hash, size };
      },
    );
  }

  async has(hash: BlobHash): Promise<boolean> {
    return (await this.#size(hash)) !== null;
  }

  async touch(hash: BlobHash): Promise<boolean> {
    const now = new Date();
    try {
      await utimes(this.#path(hash), now, now);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  async get(hash: BlobHash, range?: ByteRange): Promise<StoredBlob | null> {
    const size = await this.#size(hash);
    if (size === null) return null;
    const { start, end } = range ?? { start: 0, end: size };
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= size))
      throw new RangeError(`Bytes ${start} to ${end} are not within ${size}.`);
    if (start === end) return { size, body: new Blob([]).stream() };
    // It is opened at the first read: a body that nobody reads holds no file open.
    const open = (): Readable => createReadStream(this.#path(hash), { start, end: end - 1 });
    return { size, body: lazily(open) };
  }

  async delete(hash: BlobHash, untouched = 0): Promise<boolean> {
    const path = this.#path(hash);
    const isOld = async (at: string): Promise<boolean> => untouched === 0 || (await stat(at)).mtimeMs <= Date.now() - untouched;
    try {
      if (!(await isOld(path))) return false;
      if (untouched === 0) await rm(path);
      else if (!(await this.temporary.take(path, isOld, (taken) => placeIfAbsent(taken, path)))) return false;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
    await syncFolder(dirname(path));
    return true;
  }

  async list(options: PageOptions = {}): Promise<Page<BlobHash>> {
    const hashes: BlobHash[] = [];
    const limit = Math.max(1, options.limit ?? 1000);
    for (const prefix of (await namesIn(this.folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()) {
      if (options.after !== undefined && prefix < options.after.slice(0, 2)) continue;
      const rest = (await namesIn(join(this.folder, prefix))).filter((name) => /^[0-9a-f]{62}$/.test(name));
      hashes.push(
        ...rest
          .map((name) => prefix + name)
          .filter((hash) => options.after === undefined || hash > options.after)
          .sort(),
      );
      if (hashes.length > limit) break;
    }
    return pageOf(hashes, { ...options, limit });
  }

  #path(hash: BlobHash): string {
    requireHash(hash);
    return join(this.folder, hash.slice(0, 2), hash.slice(2));
  }

  async #size(hash: BlobHash): Promise<number | null> {
    try {
      return (await stat(this.#path(hash))).size;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }
}

/** A web stream of a source that is made when it is first read. */
function lazily(make: () => Readable): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= (Readable.toWeb(make()) as ReadableStream<Uint8Array>).getReader();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
