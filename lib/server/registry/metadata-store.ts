import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface StoredMetadata {
  /** Of the upstream. */
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Milliseconds since the epoch until which it is fresh. */
  readonly freshUntil: number;
  readonly body: string;
}

/** Metadata on disk: one file each, its first line describing the rest, replaced as a whole. */
export class MetadataStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param key anything; the upstream's URL and the form of the metadata */
  async read(key: string): Promise<StoredMetadata | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path(key), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const end = text.indexOf('\n');
    const { etag, lastModified, freshUntil } = JSON.parse(text.slice(0, end)) as StoredMetadata;
    return { etag, lastModified, freshUntil, body: text.slice(end + 1) };
  }

  async write(key: string, { body, ...description }: StoredMetadata): Promise<void> {
    const path = this.#path(key);
    const temporary = `${path}.${randomUUID()}.tmp`;
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(temporary, `${JSON.stringify(description)}\n${body}`);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  #path(key: string): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(this.#folder, hash.slice(0, 2), hash.slice(2));
  }
}
