/** Bytes by key in the origin private file system, one file each (docs/decisions tells why not the Cache API). */
import type { PackageCache } from './platform.ts';

export class OpfsStore {
  readonly #open: () => Promise<FileSystemDirectoryHandle>;

  constructor(open: () => Promise<FileSystemDirectoryHandle>) {
    this.#open = open;
  }

  /** The entries of one kind. Of more than `keep` entries the oldest go. */
  folder(name: string, keep = Number.POSITIVE_INFINITY): PackageCache {
    let directory: Promise<FileSystemDirectoryHandle> | undefined;
    const opened = () =>
      (directory ??= this.#open()
        .then((root) => root.getDirectoryHandle('jampot-installer', { create: true }))
        .then((home) => home.getDirectoryHandle(name, { create: true })));
    return {
      get: async (key) => {
        try {
          const file = await (await (await opened()).getFileHandle(fileName(key))).getFile();
          // A file is made empty and filled at once when it is closed: an empty one belongs to a page that was killed between the two.
          return file.size === 0 ? undefined : new Uint8Array(await file.arrayBuffer());
        } catch (error) {
          // No entry, or a browser that denies storage: either way there is nothing to get.
          if (error instanceof DOMException) return undefined;
          throw error;
        }
      },
      put: async (key, bytes) => {
        const folder = await opened();
        const handle = await folder.getFileHandle(fileName(key), { create: true });
        const writable = await handle.createWritable();
        await writable.write(bytes);
        await writable.close();
        if (Number.isFinite(keep)) await dropOldest(folder, keep);
      },
    };
  }
}

async function dropOldest(folder: FileSystemDirectoryHandle, keep: number): Promise<void> {
  const files: { name: string; time: number }[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle instanceof FileSystemFileHandle) files.push({ name, time: (await handle.getFile()).lastModified });
  }
  const oldest = files.toSorted((a, b) => b.time - a.time).slice(keep);
  for (const { name } of oldest) await folder.removeEntry(name);
}

/** Base64 has characters that no file name may have. */
function fileName(key: string): string {
  return key.replaceAll('/', '_').replaceAll('+', '-').replaceAll('=', '');
}
