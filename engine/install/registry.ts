/** The server's registry proxy seen from the page: packuments and tarballs, retried, verified, cached. */
import type { Disk } from './disk.ts';
import { InstallError, messageOf } from './errors.ts';
import { digest, parseIntegrity, verify } from './integrity.ts';
import { isObject, type JsonObject } from './manifest.ts';
import { resolve } from './paths.ts';
import type { Platform } from './platform.ts';
import type { TreeNode } from './tree.ts';

const ATTEMPTS = 3;
/** Requests at a time: enough to hide latency, few enough for a proxy on one machine. */
export const PARALLEL = 20;

/** Everything that the registry says about one package. */
export interface Packument {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Version → its manifest as JSON. */
  readonly versions: Readonly<Record<string, JsonObject>>;
  readonly json: JsonObject;
}

export class Registry {
  readonly #platform: Platform;
  readonly #packuments = new Map<string, Promise<Packument>>();
  readonly #pendingPuts = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  requests = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Address of a version's tarball behind the proxy. */
  tarballAddress(name: string, version: string): string {
    const base = name.slice(name.indexOf('/') + 1);
    return `${this.#platform.registry}${name}/-/${base}-${version}.tgz`;
  }

  /**
   * Where a locked package is fetched. A registry tarball is recognised by its `/<name>/-/<file>.tgz` and fetched from the own registry, whichever host
   * the lockfile was made with; other addresses are fetched as they are.
   */
  #addressOf(node: TreeNode): string {
    const { resolved } = node;
    if (resolved === undefined) return this.tarballAddress(node.packageName, node.version);
    const match = /^https?:\/\/.*?\/((?:@[^/]+\/)?[^/@]+\/-\/[^/]+\.tgz)(?:[?#].*)?$/.exec(decodeURIComponent(resolved));
    return match?.[1] === undefined ? resolved : this.#platform.registry + match[1];
  }

  /** Runs `work` when fewer than `PARALLEL` others run. */
  async #slot<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= PARALLEL) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #request(address: string, what: string, accept?: string): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      let response: Response;
      try {
        this.requests++;
        response = await this.#platform.fetch(address, accept === undefined ? {} : { headers: { accept } });
      } catch (error) {
        if (attempt < ATTEMPTS) {
          await this.#pause(attempt);
          continue;
        }
        throw new InstallError(
          'ENETUNREACH',
          `request to ${address} for ${what} failed, reason: ${messageOf(error)}\n` +
            'The registry cannot be reached. Check that the server that this page came from is running and has a network connection, then install again.\n' +
            'Packages that were fetched before are kept and are not fetched again.',
          { cause: error, fault: 'system' },
        );
      }
      if (response.ok) return response;
      if (attempt < ATTEMPTS && (response.status >= 500 || response.status === 429 || response.status === 408)) {
        await response.body?.cancel();
        await this.#pause(attempt);
        continue;
      }
      throw await this.#httpError(response, address, what);
    }
  }

  /** Waits 100 ms, then 400 ms: a registry that restarts is back by then or is really gone. */
  #pause(attempt: number): Promise<void> {
    return new Promise((done) => setTimeout(done, 100 * 4 ** (attempt - 1)));
  }

  async #httpError(response: Response, address: string, what: string): Promise<InstallError> {
    const { status } = response;
    // The proxy says why it could not answer in the body; a body that cannot be read only leaves that reason out.
    const body = (await response.text().catch(() => '')).trim().slice(0, 300);
    const reason = body === '' || body.startsWith('<') ? response.statusText : body;
    if (status === 404) {
      return new InstallError(
        'E404',
        `404 Not Found - GET ${address}\n404\n` +
          `404  The requested resource '${what}' could not be found or you do not have permission to access it.\n404\n` +
          '404  Check the spelling of the name and version in package.json.',
      );
    }
    const remedy =
      status === 401 || status === 403
        ? "The server's registry does not let it fetch this package: the credentials in the npm configuration of the server decide that."
        : 'The registry cannot answer now. Try again later; packages that were fetched before are kept.';
    return new InstallError(`E${status}`, `${status} ${reason} - GET ${address}, for ${what}\n${remedy}`, { fault: 'system' });
  }

  /** What the registry knows of a package, asked once. */
  packument(name: string): Promise<Packument> {
    let pending = this.#packuments.get(name);
    if (pending === undefined) {
      pending = this.#fetchPackument(name);
      this.#packuments.set(name, pending);
    }
    return pending;
  }

  async #fetchPackument(name: string): Promise<Packument> {
    const address = this.#platform.registry + name.replace('/', '%2f');
    // The whole packument, as npm 11 asks for it: the abbreviated one lacks `libc` and `license`.
    const json: unknown = await this.#slot(async () => (await this.#request(address, `${name}@*`, 'application/json')).json()).catch(
      (error: unknown) => {
        if (error instanceof InstallError) throw error;
        throw new InstallError('EREGISTRY', `The registry's answer for ${name} is not JSON: ${messageOf(error)}`, {
          cause: error,
          fault: 'system',
        });
      },
    );
    if (!isObject(json)) throw new InstallError('EREGISTRY', `The registry's answer for ${name} is not an object.`, { fault: 'system' });
    const tags = isObject(json['dist-tags']) ? json['dist-tags'] : {};
    const versions = isObject(json['versions']) ? json['versions'] : {};
    return {
      name,
      tags: Object.fromEntries(Object.entries(tags).filter((tag): tag is [string, string] => typeof tag[1] === 'string')),
      versions: Object.fromEntries(Object.entries(versions).filter((version): version is [string, JsonObject] => isObject(version[1]))),
      json,
    };
  }

  /**
   * Verified bytes of a package's tarball: from disk for `file:`, else from the cache, else from the registry. Also fills in the node's integrity where
   * the lockfile had none.
   */
  async tarball(node: TreeNode, disk: Disk): Promise<Uint8Array<ArrayBuffer>> {
    const { cache, subtle } = this.#platform;
    const what = `${node.packageName}@${node.version}`;
    if (node.resolved?.startsWith('file:') === true) return this.#local(node, disk, what);
    if (node.resolved !== undefined && /^git[+:@]/.test(node.resolved)) {
      throw new InstallError(
        'EGIT',
        `${what} comes from a git repository (${node.resolved}); packages from git are not supported in the page.\nDepend on a published version or a tarball's address instead.`,
      );
    }
    const { integrity } = node;
    const known = integrity === undefined ? undefined : parseIntegrity(integrity);
    const key = known?.digests[0] === undefined ? undefined : `${known.algorithm}-${known.digests[0]}`;
    if (key !== undefined && integrity !== undefined) {
      const cached = await cache.get(key);
      if (cached !== undefined && (await digestIs(subtle, cached, integrity))) return cached;
    }
    const bytes = await this.#download(node, what);
    if (integrity !== undefined) await verify(subtle, bytes, integrity, what);
    else node.integrity = `sha512-${await digest(subtle, 'sha512', bytes)}`;
    this.#keep(key ?? node.integrity ?? '', bytes);
    return bytes;
  }

  async #download(node: TreeNode, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const address = this.#addressOf(node);
    try {
      return await this.#bytes(address, what);
    } catch (error) {
      if (!(error instanceof InstallError) || error.code !== 'E404' || node.resolved !== undefined) throw error;
      // Few packages have a tarball at another place than their name and version say; the packument knows it.
      const { dist } = (await this.packument(node.packageName)).versions[node.version] ?? {};
      const tarball = isObject(dist) ? dist['tarball'] : undefined;
      if (typeof tarball !== 'string' || tarball === address) throw error;
      return this.#bytes(tarball, what);
    }
  }

  async #bytes(address: string, what: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await this.#slot(async () => (await this.#request(address, what)).arrayBuffer()));
    } catch (error) {
      if (error instanceof InstallError) throw error;
      throw new InstallError(
        'ENETUNREACH',
        `the connection broke while ${what} was fetched from ${address}: ${messageOf(error)}\nInstall again: what was fetched completely is kept.`,
        { cause: error, fault: 'system' },
      );
    }
  }

  async #local(node: TreeNode, disk: Disk, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const path = resolve(node.tree.path, (node.resolved ?? '').slice('file:'.length));
    const bytes = disk.read(path);
    if (bytes === null) throw new InstallError('ENOENT', `${what}: the tarball ${path} does not exist.`);
    if (node.integrity !== undefined) await verify(this.#platform.subtle, bytes, node.integrity, what);
    else node.integrity = `sha512-${await digest(this.#platform.subtle, 'sha512', bytes)}`;
    return bytes;
  }

  #keep(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    const pending = this.#platform.cache.put(key, bytes).finally(() => this.#pendingPuts.delete(pending));
    // Whoever calls `settled` sees the failure; until then it must not end the process.
    pending.catch(() => undefined);
    this.#pendingPuts.add(pending);
  }

  /** Waits until the cache holds what was fetched; returns the first reason why it could not. */
  async settled(): Promise<unknown> {
    const results = await Promise.allSettled(this.#pendingPuts);
    return results.find((result) => result.status === 'rejected')?.reason;
  }
}

async function digestIs(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>, integrity: string): Promise<boolean> {
  const known = parseIntegrity(integrity);
  return known !== null && known.digests.includes(await digest(subtle, known.algorithm, bytes));
}
