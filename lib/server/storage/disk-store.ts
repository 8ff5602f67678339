import { join } from 'node:path';
import { TemporaryFiles } from './disk-files.ts';

/** Milliseconds after which a temporary file is one of a writer that died. */
const ABANDONED = 60 * 60 * 1000;

/** A store in a folder of a disk, which writes to temporary files first. */
export abstract class DiskStore {
  protected readonly folder: string;
  protected readonly temporary: TemporaryFiles;

  /** @param temporary name in the folder for the temporary files, one that no key has */
  constructor(folder: string, temporary: string) {
    this.folder = folder;
    this.temporary = new TemporaryFiles(join(folder, temporary));
  }

  /** Removes what writers that died have left; how many files. */
  collect(untouched = ABANDONED): Promise<number> {
    return this.temporary.collect(untouched);
  }
}
