import { bytesOf, contentFromBytes, type Content } from '../project/content.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import {
  buildManifest,
  ManifestError,
  parseManifest,
  projectOf,
  sha256,
  type Manifest,
  type ManifestEntry,
  type ManifestOptions,
} from './manifest.ts';

/**
 * A whole project in a URL's fragment, which browsers do not send: `#project=1.<checksum>.<data>`. The data is JSON, deflated and written as base64url; the
 * checksum, the first 6 bytes of its SHA-256, tells a link that was cut off or changed on its way.
 */

/** Characters after the `#`. Longer links are cut by mail, chat and some browsers (Safari: 80,000). */
export const FRAGMENT_LIMIT = 64_000;
/** Bytes of the inflated JSON: a short link must not fill the memory of whoever opens it. */
const INFLATED_LIMIT = 8 * 1024 * 1024;
const LIMITS = { bytes: INFLATED_LIMIT, files: 2000 };
const PREFIX = 'project=';
const FORMAT = '1';
const CHECKSUM_BYTES = 6;

export type FragmentFault = 'damaged' | 'newer' | 'large';

export class FragmentError extends Error {
  override readonly name = 'FragmentError';
  readonly fault: FragmentFault;

  constructor(fault: FragmentFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** What stands in the JSON. Bytes that are no text are base64. */
interface Payload {
  readonly name: string;
  readonly template: string | null;
  readonly from: Manifest['from'];
  readonly files: readonly { readonly path: string; readonly text?: string; readonly base64?: string; readonly mode?: '755' }[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly folders: readonly string[];
}

/** Whether an address (`location.hash`) carries a project. */
export function hasProject(hash: string): boolean {
  return hash.startsWith(`#${PREFIX}`);
}

/** The fragment without its `#`. It may be longer than FRAGMENT_LIMIT; the caller says so. */
export async function encodeFragment(project: ProjectFiles, options: ManifestOptions): Promise<string> {
  const { manifest } = await buildManifest(project, options);
  const payload: Payload = {
    name: manifest.name,
    template: manifest.template,
    from: manifest.from,
    files: manifest.entries
      .filter((entry) => entry.type === 'file')
      .map(({ path, mode }) => ({ path, ...contentField(project.files.get(path) ?? ''), ...(mode === '755' && { mode }) })),
    links: manifest.entries.filter((entry) => entry.type === 'link').map(({ path, target }) => ({ path, target })),
    folders: manifest.entries.filter((entry) => entry.type === 'folder').map(({ path }) => path),
  };
  const deflated = await through(bytesOf(JSON.stringify(payload)), new CompressionStream('deflate-raw'), Infinity);
  return `${PREFIX}${FORMAT}.${await checksum(deflated)}.${toBase64Url(deflated)}`;
}

/** @param hash `location.hash` @throws {FragmentError} */
export async function decodeFragment(hash: string): Promise<{ readonly manifest: Manifest; readonly project: ProjectFiles }> {
  const [format, expected, data, ...more] = hash.slice(1 + PREFIX.length).split('.');
  if (format !== FORMAT && /^\d+$/.test(format ?? '')) throw new FragmentError('newer', `The link is of format ${format ?? ''}.`);
  if (format !== FORMAT || expected === undefined || data === undefined || more.length > 0)
    throw new FragmentError('damaged', 'It is incomplete.');
  if (hash.length > 2 * FRAGMENT_LIMIT) throw new FragmentError('large', `The link has ${hash.length} characters.`);
  const deflated = fromBase64Url(data);
  if (deflated === null || (await checksum(deflated)) !== expected)
    throw new FragmentError('damaged', 'Characters are missing or changed.');
  let payload: unknown;
  try {
    payload = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(await through(deflated, new DecompressionStream('deflate-raw'), INFLATED_LIMIT)),
    );
  } catch (error) {
    throw error instanceof FragmentError ? error : new FragmentError('damaged', 'It cannot be unpacked.', { cause: error });
  }
  try {
    return await readPayload(payload);
  } catch (error) {
    if (error instanceof ManifestError) throw new FragmentError('damaged', error.message, { cause: error });
    throw error;
  }
}

/** @throws {ManifestError} */
async function readPayload(payload: unknown): Promise<{ manifest: Manifest; project: ProjectFiles }> {
  const { name, template, from, files, links, folders } = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<
    string,
    unknown
  >;
  if (!Array.isArray(files) || !Array.isArray(links) || !Array.isArray(folders)) throw new ManifestError('format', 'It has no files.');
  if (files.length + links.length + folders.length > LIMITS.files) throw new ManifestError('files', 'It has too many files.');
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  const entries: unknown[] = [
    ...links.map((link: unknown) => ({ ...asRecord(link), type: 'link' })),
    ...folders.map((path: unknown) => ({ type: 'folder', path })),
  ];
  for (const file of files) {
    const { path, text, base64, mode = '644' } = asRecord(file);
    const bytes = typeof text === 'string' ? bytesOf(text) : typeof base64 === 'string' ? fromBase64Url(base64) : null;
    if (bytes === null) throw new ManifestError('format', 'A file has no content.');
    const hash = await sha256(bytes);
    blobs.set(hash, bytes);
    entries.push({ type: 'file', path, hash, size: bytes.length, mode } satisfies Record<
      keyof Extract<ManifestEntry, { type: 'file' }>,
      unknown
    >);
  }
  const pathOf = (entry: unknown): string => String(asRecord(entry)['path']);
  entries.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : pathOf(a) > pathOf(b) ? 1 : 0));
  const manifest = parseManifest({ format: 1, name, template, from, entries }, LIMITS);
  return { manifest, project: projectOf(manifest, (hash) => blobs.get(hash) ?? new Uint8Array()) };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function contentField(content: Content): { text: string } | { base64: string } {
  const plain = typeof content === 'string' ? content : contentFromBytes(content);
  return typeof plain === 'string' ? { text: plain } : { base64: toBase64Url(plain) };
}

async function checksum(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return (await sha256(bytes)).slice(0, 2 * CHECKSUM_BYTES);
}

/** @throws {FragmentError} `large` as soon as there is more than `limit` */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    length += chunk.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new FragmentError('large', `Unpacked it has more than ${limit / 2 ** 20} MB.`);
    }
    chunks.push(chunk.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}
