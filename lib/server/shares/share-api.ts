import { isProjectLabel } from '../../origins.ts';
import { manifestBlobs, manifestTextLimit } from '../../share/manifest.ts';
import { answer } from '../problem.ts';
import { rateLimited, RateLimiter } from '../rate-limit.ts';
import * as problems from './share-problems.ts';
import type { ShareStore } from './share-store.ts';

export interface ShareApiOptions {
  readonly store: ShareStore;
  /** How often one address may ask. */
  readonly rates?: ShareRates;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

export interface ShareRates {
  /** Beginning, finishing and deleting. */
  readonly changes: RateLimiter;
  /** Files that are sent. */
  readonly files: RateLimiter;
  readonly reads: RateLimiter;
}

/**
 * Shares over HTTP, below `/api/shares`:
 *
 * | request | answer |
 * |---|---|
 * | `GET /` | the limits |
 * | `GET /<id>` | the share's versions |
 * | `GET /<id>/versions/<number or "newest">` | a version and its manifest |
 * | `GET /<id>/versions/<number>/content` | the bytes of its files, each once, in the manifest's order |
 * | `GET /<id>/versions/<number>/files/<hash>` | the bytes of one |
 * | `POST /<id>/uploads` the manifest | `{upload, missing}` |
 * | `PUT /<id>/uploads/<upload>/<hash>` the bytes | 204 |
 * | `POST /<id>/versions` `{upload, expected}` | the version |
 * | `DELETE /<id>` | 204; 410 from then on |
 *
 * Changes need `Authorization: Bearer <edit key>`: the first one takes the name for its key. Files are answered such that no browser shows them.
 */
export class ShareApi {
  readonly #store: ShareStore;
  readonly #rates: ShareRates;

  readonly #now: () => number;
  #collected: number;

  constructor({ store, rates = defaultRates(), now = () => performance.now() }: ShareApiOptions) {
    this.#store = store;
    this.#rates = rates;
    this.#now = now;
    this.#collected = now();
  }

  /** @param path what follows `/api/shares`, in decoded parts */
  handle(request: Request, path: readonly string[], address: string): Promise<Response> {
    return answer(async () => {
      const { method } = request;
      const isRead = method === 'GET' || method === 'HEAD';
      const rate = isRead ? this.#rates.reads : method === 'PUT' ? this.#rates.files : this.#rates.changes;
      const wait = rate.take(address);
      if (wait > 0) throw rateLimited(wait);
      const [id, collection, name, part, hash] = path;
      if (isRead && id === undefined) return json(200, { limits: this.#store.limits });
      if (id === undefined || !isProjectLabel(id) || path.length > 5) return notFound();
      if (isRead) return this.#read(id, collection, name, part, hash);
      if (method === 'PUT' && collection === 'uploads' && name !== undefined && part !== undefined && path.length === 4)
        return this.#putFile(request, id, name, part);
      if (method === 'POST' && path.length === 2) return this.#post(request, id, collection);
      if (method === 'DELETE' && path.length === 1) {
        await this.#store.delete(id, editKeyOf(request));
        this.#collectLater();
        return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } });
      }
      return notFound();
    });
  }

  async #read(id: string, collection?: string, name?: string, part?: string, hash?: string): Promise<Response> {
    if (collection === undefined) {
      const { versions } = await this.#store.read(id);
      return json(200, { id, versions });
    }
    const number = name === 'newest' ? null : /^[1-9]\d{0,8}$/.test(name ?? '') ? Number(name) : undefined;
    if (collection !== 'versions' || number === undefined) return notFound();
    const shared = await this.#store.version(id, number);
    if (part === undefined) return json(200, shared);
    if (part === 'content' && hash === undefined) {
      const size = [...manifestBlobs(shared.manifest).values()].reduce((sum, one) => sum + one, 0);
      return bytesResponse(streamOf(this.#store.content(shared)), size);
    }
    if (part !== 'files' || hash === undefined) return notFound();
    const blob = await this.#store.blob(shared, hash);
    return bytesResponse(blob.body, blob.size);
  }

  async #post(request: Request, id: string, collection?: string): Promise<Response> {
    const editKey = editKeyOf(request);
    if (collection === 'uploads')
      return json(201, await this.#store.begin(id, editKey, await readJson(request, manifestTextLimit(this.#store.limits))));
    if (collection !== 'versions') return notFound();
    const body = await readJson(request, 1024);
    const { upload, expected } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    if (typeof upload !== 'string' || !isHash(upload)) throw problems.badRequest('It names no upload.');
    if (typeof expected !== 'number' || !Number.isSafeInteger(expected) || expected < 0)
      throw problems.badRequest('It does not say which version is the newest for it.');
    const version = await this.#store.commit(id, editKey, upload, expected);
    // Uploads that nobody finished go, too, where nothing is ever deleted.
    if (this.#now() - this.#collected > COLLECT_EVERY) this.#collectLater();
    return json(201, version);
  }

  async #putFile(request: Request, id: string, upload: string, hash: string): Promise<Response> {
    if (!isHash(upload) || !isHash(hash)) return notFound();
    await this.#store.putBlob(id, editKeyOf(request), upload, hash, request.body ?? new Blob([]).stream());
    return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } });
  }

  /** Not while somebody waits for it. */
  #collectLater(): void {
    this.#collected = this.#now();
    this.#store.collect().catch((error: unknown) => console.error('Files that no share names were not collected:', error));
  }
}

/** Milliseconds. */
const COLLECT_EVERY = 60 * 60 * 1000;

/** Generous for people, who share by hand, and for projects of as many files as the default allows. */
function defaultRates(): ShareRates {
  return {
    changes: new RateLimiter({ burst: 60, perMinute: 20 }),
    files: new RateLimiter({ burst: 10_000, perMinute: 2500 }),
    reads: new RateLimiter({ burst: 1000, perMinute: 600 }),
  };
}

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

function editKeyOf(request: Request): string {
  const [, key] = /^Bearer ([\w.~+/=-]{32,512})$/.exec(request.headers.get('authorization') ?? '') ?? [];
  if (key === undefined) throw problems.keyMissing();
  return key;
}

async function readJson(request: Request, limit: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? new Blob([]).stream()) {
    length += chunk.length;
    if (length > limit) throw problems.bodyTooLarge(limit);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text());
  } catch {
    throw problems.badRequest('Its body is no JSON.');
  }
}

function json(status: number, value: unknown): Response {
  return Response.json(value, { status, headers: { 'Cache-Control': 'no-cache' } });
}

/** People's files on the IDE's own origin: never shown, never run, whatever they are. */
function bytesResponse(body: ReadableStream<Uint8Array>, size: number): Response {
  return new Response(body as BodyInit, {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      'Content-Disposition': 'attachment',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-cache',
    },
  });
}

function notFound(): Response {
  return Response.json(
    {
      code: 'NOT_FOUND',
      title: 'Nothing here',
      cause: 'Shares have no such address.',
      remedy: 'Load the page again: it may be of another version than the server.',
    },
    { status: 404, headers: { 'Cache-Control': 'no-store' } },
  );
}

function streamOf(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await source.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}
