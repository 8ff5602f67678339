/** Files of the disk driver: whole or not there, and there after a crash of the machine once the promise is fulfilled. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StorageError } from './storage.ts';

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

/** Makes a directory's names durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As `mkdir -p`; every folder that it made is durable. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** Files that are being written, in a folder of their own beside the ones that are complete. */
export class TemporaryFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Writes a file and gives it to `place`, which moves or links it to where it belongs. The temporary one is gone afterwards, whatever happens.
   * @throws {StorageError} `STORAGE_FULL`, or what `write` and `place` throw
   */
  async through<Result>(write: (file: FileHandle) => Promise<void>, place: (path: string) => Promise<Result>): Promise<Result> {
    const path = join(this.#folder, randomUUID());
    try {
      await makeFolder(this.#folder);
      const file = await open(path, 'wx');
      try {
        await write(file);
        await file.sync();
      } finally {
        await file.close();
      }
      return await place(path);
    } catch (error) {
      if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT')
        throw new StorageError('STORAGE_FULL', 'The disk that keeps the data is full.', { cause: error });
      throw error;
    } finally {
      await rm(path, { force: true });
    }
  }

  /**
   * Removes a file if `isUnwanted` says so also once nobody can find it: somebody may have touched it between the decision and its removal. Else it is put
   * back.
   */
  async take(path: string, isUnwanted: (path: string) => Promise<boolean>, putBack: (path: string) => Promise<unknown>): Promise<boolean> {
    await makeFolder(this.#folder);
    const taken = join(this.#folder, randomUUID());
    await rename(path, taken);
    const unwanted = await isUnwanted(taken);
    if (!unwanted) await putBack(taken);
    await rm(taken, { force: true });
    return unwanted;
  }

  /** Removes what writers that died have left: files that nobody touched for so long, in milliseconds. How many. */
  async collect(untouched: number): Promise<number> {
    let removed = 0;
    for (const name of await namesIn(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => null);
      if (found === null || Date.now() - found.mtimeMs < untouched) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }
}

/** Names in a folder, none when it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** Moves a file over whatever is there. */
export async function placeOver(path: string, target: string): Promise<void> {
  await makeFolder(dirname(target));
  await rename(path, target);
  await syncFolder(dirname(target));
}

/** Gives a file its name when nobody has it; whether it got it. */
export async function placeIfAbsent(path: string, target: string): Promise<boolean> {
  await makeFolder(dirname(target));
  try {
    await link(path, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await syncFolder(dirname(target));
  return true;
}
