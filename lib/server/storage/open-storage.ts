import { join } from 'node:path';
import { DiskBlobStore } from './disk-blob-store.ts';
import { DiskPointerStore } from './disk-pointer-store.ts';
import type { BlobStore, PointerStore } from './storage.ts';

export interface Storage {
  readonly blobs: BlobStore;
  readonly pointers: PointerStore;
  /** Removes what writers that died have left; how many files. Shorter than an hour (`untouched`, in milliseconds) only when nobody else can be writing. */
  collect(untouched?: number): Promise<number>;
}

/** The stores of one installation, below its data folder. Several servers on one file system may share it. */
export function openStorage(dataFolder: string): Storage {
  const blobs = new DiskBlobStore(join(dataFolder, 'storage', 'blobs'));
  const pointers = new DiskPointerStore(join(dataFolder, 'storage', 'pointers'));
  return {
    blobs,
    pointers,
    collect: async (untouched) => (await blobs.collect(untouched)) + (await pointers.collect(untouched)),
  };
}
