/**
 * Bytes by key in the origin private file system, one file each (docs/decisions has why not the Cache API). A file that was cut off by a killed page has no
 * end mark and counts as absent.
 */
import type { PackageCache } from './platform.ts';

/** Follows the content: a file without it was not written to its end. */
const END_MARK = new TextEncoder().encode('\u0000jampot-entry-complete');

export class OpfsStore {
  readonly #open: () => Promise<FileSystemDirectoryHandle>;

  constructor(open: () => Promise<FileSystemDirectoryHandle>) {
    this.#open = open;
  }

  /** The entries of one kind. */
  folder(name: string): PackageCache {
    let directory: Promise<FileSystemDirectoryHandle> | undefined;
    const opened = () =>
      (directory ??= this.#open()
        .then((root) => root.getDirectoryHandle('jampot-installer', { create: true }))
        .then((home) => home.getDirectoryHandle(name, { create: true })));
    return {
      get: async (key) => {
        try {
          const handle = await (await opened()).getFileHandle(fileName(key));
          return complete(new Uint8Array(await (await handle.getFile()).arrayBuffer()));
        } catch (error) {
          // No entry, or a browser that denies storage: either way there is nothing to get.
          if (error instanceof DOMException) return undefined;
          throw error;
        }
      },
      put: async (key, bytes) => {
        const handle = await (await opened()).getFileHandle(fileName(key), { create: true });
        const writable = await handle.createWritable();
        await writable.write(bytes);
        await writable.write(END_MARK);
        await writable.close();
      },
    };
  }
}

/** Base64 has characters that no file name may have. */
function fileName(key: string): string {
  return key.replaceAll('/', '_').replaceAll('+', '-').replaceAll('=', '');
}

function complete(stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const end = stored.length - END_MARK.length;
  if (end < 0 || END_MARK.some((byte, index) => stored[end + index] !== byte)) return undefined;
  return stored.subarray(0, end);
}
