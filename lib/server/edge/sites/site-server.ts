import { edgeOrigin, type Base } from '../../../origins.ts';
import { messagePage } from '../../pages/html.ts';
import type { BlobHash, ByteRange } from '../../storage/storage.ts';
import { getBytes } from '../blob-text.ts';
import type { Edge } from '../edge.ts';
import { looksFingerprinted } from '../fingerprints.ts';
import type { Release } from '../release.ts';
import { headersFor } from '../rules/header-rules.ts';
import { TooMuchEffort } from '../rules/pattern.ts';
import { contentType, isCompressible } from './content-types.ts';
import { chooseEncoding, Encodings, type Encoding } from './encodings.ts';
import { matchesTag, rangeWanted } from './http-conditions.ts';
import { Lru } from './lru.ts';
import { resolve, type Resolution } from './resolve.ts';
import { labelOf, ShownReleases, type SiteHost } from './shown-releases.ts';

export interface SiteRequest {
  readonly host: SiteHost;
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly acceptEncoding: string | undefined;
  readonly acceptLanguage: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export interface SiteAnswer {
  readonly status: number;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly body: Uint8Array<ArrayBuffer> | { readonly blob: BlobHash; readonly range: ByteRange } | null;
}

/** An answer to a GET for a page, before conditions and ranges. */
interface Page {
  readonly status: number;
  readonly headers: readonly string[];
  readonly tag: string | null;
  readonly size: number;
  readonly body: Uint8Array<ArrayBuffer> | { readonly blob: BlobHash };
  /** The answer with all of it, made when it is first sent. */
  whole?: SiteAnswer;
}

/** Bytes of answers that are kept in memory, together and each. */
const MOST_BYTES = 96 * 2 ** 20;
const LARGEST = 512 * 1024;
/** For what the rest of an answer needs in memory. */
const OVERHEAD = 2000;

/** Characters of a path with its query. */
const LONGEST_TARGET = 8192;

const EVERY_TIME = 'public, max-age=0, must-revalidate';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Answers for deployed sites. Everything that an answer is made of follows from the release and the request: it can be kept as long as there is room. */
export class SiteServer {
  readonly #edge: Edge;
  readonly #base: Base;
  /** Headers that let the pages of one origin read what is answered; empty: those of none. */
  readonly #readers: readonly (readonly [name: string, value: string])[];
  readonly #shown: ShownReleases;
  readonly #encodings: Encodings;
  readonly #pages = new Lru<Page>(MOST_BYTES);

  /** @param options.readableBy origin whose pages may read all sites; null: none */
  constructor({ edge, base, readableBy }: { readonly edge: Edge; readonly base: Base; readonly readableBy: string | null }) {
    this.#edge = edge;
    this.#base = base;
    this.#readers = readableBy === null ? [] : [['access-control-allow-origin', readableBy]];
    this.#shown = new ShownReleases(edge);
    this.#encodings = new Encodings(edge.storage);
  }

  /** The answer without waiting, when everything for it is in memory. */
  answerFromMemory(request: SiteRequest): SiteAnswer | undefined {
    if (request.method !== 'GET' || request.range !== undefined) return undefined;
    const release = this.#shown.known(labelOf(request.host));
    if (release === undefined) return undefined;
    const page = this.#pages.get(pageKey(release, request, chooseEncoding(request.acceptEncoding)));
    return page && finish(page, request);
  }

  async answer(request: SiteRequest): Promise<SiteAnswer> {
    const { host, method } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      const message = {
        title: 'Not like this',
        cause: `The site’s pages are read with GET, not ${method.slice(0, 20)}.`,
        remedy: 'Deployed sites are files.',
      };
      return finish(this.#readable(messageAnswer(method === 'OPTIONS' ? 204 : 405, message, ['Allow', 'GET, HEAD, OPTIONS'])), request);
    }
    if (request.target.length > LONGEST_TARGET) {
      const cause = `It has ${request.target.length} characters; ${LONGEST_TARGET} are read.`;
      return finish(this.#readable(messageAnswer(414, { title: 'The address is too long', cause, remedy: 'Shorten it.' })), request);
    }
    const hash = await this.#shown.find(host);
    if (hash === null) {
      const cause =
        host.deploy === null
          ? `There is no site “${host.site}” here, or it shows nothing yet.`
          : `The site “${host.site}” has no deploy ${host.deploy}.`;
      return finish(this.#readable(messageAnswer(404, { title: 'Nothing here', cause, remedy: 'Check the address.' })), request);
    }
    // A part is one of the file as it is.
    const encoding = request.range === undefined ? chooseEncoding(request.acceptEncoding) : null;
    const key = pageKey(hash, request, encoding);
    const page = this.#pages.get(key) ?? (await this.#makePage(key, hash, request, encoding));
    return finish(page, request);
  }

  async #makePage(key: string, hash: BlobHash, request: SiteRequest, encoding: Encoding | null): Promise<Page> {
    const release = await this.#shown.release(hash);
    const hostname = new URL(edgeOrigin(this.#base, request.host.site, request.host.deploy)).hostname;
    const resolution = resolve(release, { target: request.target, hostname, languages: request.acceptLanguage });
    if (resolution.kind !== 'file') return this.#readable(messageFor(resolution));
    const { page, isFinal } = await this.#filePage(release, resolution, request, encoding).catch((error: unknown) => {
      if (error instanceof TooMuchEffort) return { page: this.#readable(tooMuchEffort()), isFinal: false };
      throw error;
    });
    if (isFinal && page.body instanceof Uint8Array) this.#pages.set(key, page, page.body.length + key.length + OVERHEAD);
    return page;
  }

  async #filePage(
    release: Release,
    { status, path, file, asked }: Extract<Resolution, { kind: 'file' }>,
    { host }: SiteRequest,
    encoding: Encoding | null,
  ): Promise<{ page: Page; isFinal: boolean }> {
    const type = contentType(path);
    const compressible = isCompressible(type);
    const { encoded, isFinal } =
      encoding !== null && compressible ? await this.#encodings.get(file.blob, file.size, encoding) : { encoded: null, isFinal: true };
    const { blob, size } = encoded ?? file;
    const tag = `"${file.blob.slice(0, 32)}${encoded === null ? '' : `-${encoding}`}"`;
    const isFingerprinted = status === 200 && looksFingerprinted(path) && !release.reused.has(path);
    const ruled = headersFor(release.headers, asked);
    const readers = ruled.has('access-control-allow-origin') ? [] : this.#readers;
    const vary = [
      ...(compressible ? ['Accept-Encoding'] : []),
      ...(readers.length > 0 ? ['Origin'] : []),
      ...(release.redirects.some(({ languages }) => languages !== null) ? ['Accept-Language'] : []),
    ];
    const headers = new Map<string, string>([
      ['content-type', type],
      ['cache-control', isFingerprinted ? FOR_EVER : EVERY_TIME],
      ['x-content-type-options', 'nosniff'],
      ...readers,
      ...(host.deploy === null ? [] : [['x-robots-tag', 'noindex'] as const]),
      ...ruled,
      ...(status === 200 ? [['etag', tag] as const, ['accept-ranges', 'bytes'] as const] : []),
      ...(encoded === null ? [] : [['content-encoding', encoding ?? ''] as const]),
      ...(vary.length > 0 ? [['vary', vary.join(', ')] as const] : []),
    ]);
    const inMemory = size <= LARGEST ? await getBytes(this.#edge.storage.blobs, blob) : undefined;
    if (inMemory === null) throw new Error(`The blob ${blob} of ${path} is published and not stored.`);
    return {
      page: { status, headers: [...headers].flat(), tag: status === 200 ? tag : null, size, body: inMemory ?? { blob } },
      // What depends on the reader's language is looked up for each.
      isFinal: isFinal && !vary.includes('Accept-Language'),
    };
  }

  #readable(page: Page): Page {
    const readers = this.#readers.length === 0 ? [] : [...this.#readers.flat(), 'vary', 'Origin'];
    return { ...page, headers: [...page.headers, ...readers] };
  }
}

/** Bounded by the longest target that Node accepts. */
function pageKey(release: BlobHash, { host, target }: SiteRequest, encoding: Encoding | null): string {
  return `${release} ${encoding ?? ''} ${labelOf(host)} ${target}`;
}

function finish(page: Page, request: SiteRequest): SiteAnswer {
  const isPlain = request.method === 'GET' && request.ifNoneMatch === undefined && request.range === undefined;
  return isPlain ? (page.whole ??= answerTo(page, request)) : answerTo(page, request);
}

function answerTo({ status, headers, tag, size, body }: Page, { method, ifNoneMatch, range, ifRange }: SiteRequest): SiteAnswer {
  if (tag !== null && ifNoneMatch !== undefined && matchesTag(ifNoneMatch, tag))
    return { status: 304, headers: withoutContent(headers), body: null };
  const wanted = tag === null || method !== 'GET' ? 'whole' : rangeWanted(range, ifRange, tag, size);
  if (wanted === 'unsatisfiable') return { status: 416, headers: ['Content-Range', `bytes */${size}`, 'Content-Length', '0'], body: null };
  const { start, end } = wanted === 'whole' ? { start: 0, end: size } : wanted;
  const sent = [
    ...headers,
    ...(status === 204 ? [] : ['Content-Length', String(end - start)]),
    ...(wanted === 'whole' ? [] : ['Content-Range', `bytes ${start}-${end - 1}/${size}`]),
  ];
  const answer = { status: wanted === 'whole' ? status : 206, headers: sent };
  if (method === 'HEAD' || status === 204) return { ...answer, body: null };
  if (!(body instanceof Uint8Array)) return { ...answer, body: { blob: body.blob, range: { start, end } } };
  return { ...answer, body: wanted === 'whole' ? body : body.subarray(start, end) };
}

/** A 304 tells what may have changed about what the client has, not about a body (RFC 9110, 15.4.5). */
function withoutContent(headers: readonly string[]): string[] {
  return headers.filter((_, index) => !/^content-(?:type|encoding)$/.test(headers[index - (index % 2)] ?? ''));
}

function messageFor(resolution: Exclude<Resolution, { kind: 'file' }>): Page {
  switch (resolution.kind) {
    case 'redirect':
      return {
        status: resolution.status,
        headers: ['Location', resolution.location, 'Cache-Control', EVERY_TIME, 'Content-Type', 'text/plain; charset=UTF-8'],
        tag: null,
        size: 0,
        body: new Uint8Array(),
      };
    case 'refused':
      return messageAnswer(501, {
        title: 'This site wants an answer of another server',
        cause: `One of its redirects passes this request on to ${resolution.to.slice(0, 200)}. This server serves files and asks nobody else.`,
        remedy: 'Change the rule to a redirect (status 302), or take it out.',
      });
    case 'malformed':
      return messageAnswer(400, {
        title: 'The address is malformed',
        cause: 'Its escapes are no text.',
        remedy: 'Write a “%” of a name as “%25”.',
      });
    case 'missing':
      return messageAnswer(404, {
        title: 'Page not found',
        cause: 'The site has no page at this address.',
        remedy: 'Check the address, or go to the site’s start.',
      });
  }
}

function tooMuchEffort(): Page {
  return messageAnswer(503, {
    title: 'The site’s header rules are too many',
    cause: 'Comparing this address with all of their patterns would keep other readers waiting.',
    remedy: 'Whoever made the site can write fewer patterns with “*” in _headers.',
  });
}

function messageAnswer(status: number, message: Parameters<typeof messagePage>[0], more: readonly string[] = []): Page {
  const body = new TextEncoder().encode(messagePage(message));
  const headers = ['Content-Type', 'text/html; charset=UTF-8', 'Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff', ...more];
  return { status, headers, tag: null, size: body.length, body };
}
