import { createHash } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ProblemError } from '../problem.ts';
import { Download } from './download.ts';
import { fileStream } from './file-stream.ts';
import { upstreamUrl, rewriteMetadata, type RegistryPath } from './locations.ts';
import { MetadataStore, type StoredMetadata } from './metadata-store.ts';
import type { RegistryConfig } from './npm-config.ts';
import { foreignTarball, packageProblem, refusedTarball, unreachable } from './problems.ts';
import { RegistryClient } from './registry-client.ts';

export interface Metadata {
  /** JSON with PLACEHOLDER where the proxy's address goes. */
  readonly body: string;
  /** Strong, of the body. */
  readonly etag: string;
  /** True when the upstream could not be asked and older metadata stands in. */
  readonly stale: boolean;
}

export interface Tarball {
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes, when known. */
  readonly length: number | undefined;
}

type TarballPath = Extract<RegistryPath, { kind: 'tarball' | 'odd-tarball' | 'foreign-tarball' }>;
type MetadataPath = Extract<RegistryPath, { kind: 'packument' | 'manifest' }>;

interface Options {
  readonly config: RegistryConfig;
  /** Where metadata and tarballs are kept. */
  readonly folder: string;
  /** Milliseconds without a byte after which a request fails; 30 s by default. */
  readonly idleTimeout?: number;
  readonly now?: () => number;
}

/** Metadata is asked for again after this many seconds, however long the upstream would let it be. */
const LONGEST_FRESHNESS = 300;

/**
 * The configured npm registry with a cache on disk. Tarballs never change and are kept for good; metadata is revalidated, and served stale
 * while the registry cannot be reached. Identical requests at the same time reach the registry once.
 */
export class RegistryProxy {
  readonly #config: RegistryConfig;
  readonly #client: RegistryClient;
  readonly #metadata: MetadataStore;
  readonly #tarballs: string;
  readonly #now: () => number;
  readonly #refreshes = new Map<string, Promise<Metadata>>();
  readonly #downloads = new Map<string, Promise<Download & { readonly length: number | undefined }>>();

  constructor({ config, folder, idleTimeout = 30_000, now = Date.now }: Options) {
    this.#config = config;
    this.#client = new RegistryClient(config, idleTimeout);
    this.#metadata = new MetadataStore(join(folder, 'metadata'));
    this.#tarballs = join(folder, 'tarballs');
    this.#now = now;
  }

  /** @param full the complete packument instead of what installing needs; @param reload asks the registry even when the copy is fresh */
  async metadata(path: MetadataPath, { full, reload }: { readonly full: boolean; readonly reload: boolean }): Promise<Metadata> {
    const registry = this.#config.registryOf(path.name);
    const url = upstreamUrl(path, registry);
    if (url === undefined) throw packageProblem(404, path.name);
    const key = `${full ? 'full' : 'install'} ${url.href}`;
    const stored = await this.#metadata.read(key);
    if (stored !== undefined && !reload && stored.freshUntil > this.#now()) return served(stored.body, false);
    return once(this.#refreshes, key, () => this.#refresh(path.name, url, key, full, stored));
  }

  async #refresh(name: string, url: URL, key: string, full: boolean, stored: StoredMetadata | undefined): Promise<Metadata> {
    const registry = this.#config.registryOf(name);
    const headers = {
      accept: full ? 'application/json' : 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8',
      'accept-encoding': 'gzip',
      ...(stored?.etag === undefined ? {} : { 'if-none-match': stored.etag }),
      ...(stored?.lastModified === undefined ? {} : { 'if-modified-since': stored.lastModified }),
    };
    let status: number;
    let body: Buffer;
    let freshUntil: number;
    let etag: string | undefined;
    let lastModified: string | undefined;
    try {
      const response = await this.#client.get(url, name, headers);
      status = response.status;
      body = await buffer(response.body);
      if (response.headers['content-encoding'] === 'gzip') body = await promisify(gunzip)(body);
      freshUntil = this.#now() + 1000 * secondsFresh(response.headers['cache-control']);
      etag = response.headers.etag;
      lastModified = response.headers['last-modified'];
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code !== 'REGISTRY_UNREACHABLE') throw error;
      if (stored !== undefined) return served(stored.body, true);
      throw error instanceof ProblemError ? error : unreachable(name, error);
    }
    if (status === 304 && stored !== undefined) {
      await this.#metadata.write(key, { ...stored, freshUntil });
      return served(stored.body, false);
    }
    if (status >= 500 && stored !== undefined) return served(stored.body, true);
    if (status !== 200) throw packageProblem(status, name);
    const rewritten = rewriteMetadata(name, body.toString('utf8'), registry);
    await this.#metadata.write(key, { etag, lastModified, freshUntil, body: rewritten });
    return served(rewritten, false);
  }

  /** @param reload downloads again: for a client that found the kept bytes to be wrong */
  async tarball(path: TarballPath, { reload }: { readonly reload: boolean }): Promise<Tarball> {
    if (path.kind === 'foreign-tarball') throw foreignTarball(path.name, path.host);
    const url = upstreamUrl(path, this.#config.registryOf(path.name));
    if (url === undefined) throw refusedTarball(path.name);
    const hash = createHash('sha256').update(url.href).digest('hex');
    const file = join(this.#tarballs, hash.slice(0, 2), `${hash.slice(2)}.tgz`);
    if (reload && !this.#downloads.has(file)) await rm(file, { force: true });
    const running = this.#downloads.get(file);
    const kept = running === undefined ? await openKept(file) : undefined;
    if (kept !== undefined) return kept;
    const download = await (running ?? once(this.#downloads, file, () => this.#download(path.name, url, file), false));
    return { body: download.follow(), length: download.length };
  }

  async #download(name: string, url: URL, file: string): Promise<Download & { readonly length: number | undefined }> {
    try {
      const response = await this.#client.get(url, name, { accept: 'application/octet-stream, */*', 'accept-encoding': 'identity' });
      if (response.status !== 200) {
        response.body.resume();
        throw packageProblem(response.status, name);
      }
      const announced = Number(response.headers['content-length'] ?? Number.NaN);
      const length = Number.isInteger(announced) ? announced : undefined;
      const download = await Download.start(response.body, file, length);
      // Readers get the error from their stream; here it only ends the entry.
      download.finished.catch(() => undefined).finally(() => this.#downloads.delete(file));
      return Object.assign(download, { length });
    } catch (error) {
      this.#downloads.delete(file);
      throw error;
    }
  }
}

function served(body: string, stale: boolean): Metadata {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`, stale };
}

/** Runs `start` once per key at a time. With `forget` the key is free again when the promise settles. */
function once<Value>(running: Map<string, Promise<Value>>, key: string, start: () => Promise<Value>, forget = true): Promise<Value> {
  const known = running.get(key);
  if (known !== undefined) return known;
  const promise = start();
  running.set(key, promise);
  if (forget) promise.finally(() => running.delete(key)).catch(() => undefined);
  return promise;
}

function secondsFresh(cacheControl: string | undefined): number {
  const seconds = Number(/\bmax-age=(\d+)/.exec(cacheControl ?? '')?.[1] ?? 60);
  return Math.min(seconds, LONGEST_FRESHNESS);
}

async function openKept(path: string): Promise<Tarball | undefined> {
  try {
    const { size } = await stat(path);
    return { body: fileStream(() => open(path, 'r')), length: size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
