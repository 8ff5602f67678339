import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileStream } from './file-stream.ts';

/**
 * Bytes on their way from the upstream into a file. Any number of readers follow the file while it grows; none of them slows the
 * download or ends it. The file gets its name only when it is complete.
 */
export class Download {
  readonly #path: string;
  readonly #temporary: string;
  readonly #waiting = new Set<() => void>();
  #written = 0;
  #state: 'running' | 'complete' | 'failed' = 'running';
  #error: unknown;
  /** Settles when the file is in place, or with the error. */
  readonly finished: Promise<void>;

  private constructor(source: Readable, file: FileHandle, temporary: string, path: string, length: number | undefined) {
    this.#path = path;
    this.#temporary = temporary;
    this.finished = this.#run(source, file, length);
  }

  /** @param length bytes that must come; `undefined` when the upstream does not say */
  static async start(source: Readable, path: string, length: number | undefined): Promise<Download> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    return new Download(source, await open(temporary, 'wx'), temporary, path, length);
  }

  async #run(source: Readable, file: FileHandle, length: number | undefined): Promise<void> {
    try {
      try {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          await file.writeFile(chunk);
          this.#written += chunk.length;
          this.#wake();
        }
      } finally {
        await file.close();
      }
      if (length !== undefined && this.#written !== length) {
        throw new Error(`The upstream announced ${length} bytes and sent ${this.#written}.`);
      }
      await rename(this.#temporary, this.#path);
      this.#state = 'complete';
    } catch (error) {
      this.#state = 'failed';
      this.#error = error;
      await rm(this.#temporary, { force: true });
      throw error;
    } finally {
      this.#wake();
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** A stream of the whole content, from its beginning. */
  follow(): ReadableStream<Uint8Array> {
    return fileStream(
      () => this.#open(),
      async (position) => {
        while (position === this.#written && this.#state === 'running') await new Promise<void>((wake) => this.#waiting.add(wake));
        if (this.#state === 'failed') throw this.#error;
        return this.#written - position;
      },
    );
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#temporary, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // It has ended meanwhile.
      await this.finished;
      return open(this.#path, 'r');
    }
  }
}
