/** What the installer needs of the outside; the host hands it in, tests hand in fakes. */

/** Tarballs by their integrity (SRI text). Survives the page. A failing cache is never a failing install: `get` may answer undefined at any time. */
export interface PackageCache {
  get(integrity: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(integrity: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Packed images of whole `node_modules` folders by the hash of what they were made from. */
export interface TreeImageCache {
  get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(key: string, image: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface Platform {
  readonly fetch: typeof fetch;
  /** Base URL of the server's registry proxy, with a slash at the end. */
  readonly registry: string;
  readonly cache: PackageCache;
  readonly images?: TreeImageCache;
  readonly subtle: SubtleCrypto;
  /** Version of Node that packages' `engines` are compared with, such as `v24.21.0`. */
  readonly nodeVersion: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A cache that lives as long as the process. */
export class MemoryPackageCache implements PackageCache {
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>();

  get(integrity: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(this.#bytes.get(integrity));
  }

  put(integrity: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#bytes.set(integrity, bytes);
    return Promise.resolve();
  }
}

/** The version that the installer says it is (`npm -v`, the user agent, `engines.npm`): the npm whose behaviour it follows. */
export const NPM_VERSION = '11.19.1';
