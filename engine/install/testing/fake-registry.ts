/** A registry in the process: real tarballs, packuments, and a fetch function that counts and can fail. For tests. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { MemoryPackageCache, type Platform } from '../platform.ts';

export interface TarFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
  /** ustar type flag, '0' unless given. */
  readonly type?: string;
}

const encoder = new TextEncoder();

function header(path: string, size: number, mode: number, type: string): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(512);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  put(path, 0);
  put(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('        ', 148);
  put(type, 156);
  put('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** An unpacked ustar archive; entries keep their order. */
export function tar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const file of files) {
    const data = encoder.encode(file.content);
    parts.push(
      header(file.path, data.length, file.mode ?? 0o644, file.type ?? '0'),
      data,
      new Uint8Array((512 - (data.length % 512)) % 512),
    );
  }
  parts.push(new Uint8Array(1024));
  return new Uint8Array(Buffer.concat(parts));
}

/** A pax record with its own length. */
export function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  let length = body.length;
  while (String(length).length + Buffer.byteLength(body) !== length) length = String(length).length + Buffer.byteLength(body);
  return `${length}${body}`;
}

export function pack(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(tar(files)));
}

export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

export interface PublishedManifest {
  readonly name: string;
  readonly version: string;
  readonly [key: string]: unknown;
}

export class FakeRegistry {
  readonly address = 'http://registry.test/api/registry/';
  readonly requests: string[] = [];
  readonly cache = new MemoryPackageCache();
  readonly #packuments = new Map<string, { name: string; 'dist-tags': Record<string, string>; versions: Record<string, object> }>();
  readonly #tarballs = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Answers instead of the registry when it returns something. */
  intercept: (path: string) => Response | Error | undefined = () => undefined;

  /** Publishes a version whose tarball holds its package.json and `files`; returns the tarball. */
  publish(manifest: PublishedManifest, files: readonly TarFile[] = []): Uint8Array<ArrayBuffer> {
    const { name, version } = manifest;
    const tarball = pack([
      { path: 'package/package.json', content: JSON.stringify(manifest) },
      ...files.map((file) => ({ ...file, path: `package/${file.path}` })),
    ]);
    const file = `${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    this.#tarballs.set(file, tarball);
    const packument = this.#packuments.get(name) ?? { name, 'dist-tags': {}, versions: {} };
    packument.versions[version] = { ...manifest, dist: { integrity: integrityOf(tarball), tarball: this.address + file } };
    packument['dist-tags']['latest'] = version;
    this.#packuments.set(name, packument);
    return tarball;
  }

  /** Integrity of a published version's tarball. */
  integrity(name: string, version: string): string {
    const tarball = this.#tarballs.get(`${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`);
    if (tarball === undefined) throw new Error(`${name}@${version} was not published`);
    return integrityOf(tarball);
  }

  readonly fetch: typeof fetch = (input) => {
    const path = decodeURIComponent(String(input instanceof Request ? input.url : input).slice(this.address.length));
    this.requests.push(path);
    const answer = this.intercept(path);
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer !== undefined) return Promise.resolve(answer);
    const tarball = this.#tarballs.get(path);
    if (tarball !== undefined) return Promise.resolve(new Response(tarball));
    const packument = this.#packuments.get(path);
    return Promise.resolve(
      packument === undefined ? new Response('{"error":"not_found"}', { status: 404, statusText: 'Not Found' }) : Response.json(packument),
    );
  };

  get platform(): Platform {
    return {
      fetch: this.fetch,
      registry: this.address,
      cache: this.cache,
      subtle: crypto.subtle,
      nodeVersion: 'v24.21.0',
      now: () => Date.now(),
    };
  }
}
