import { bytesOf, contentFromBytes, type Content } from '../project/content.ts';
import { linkProblems } from '../project/links.ts';
import { ancestors, parsePath } from '../project/paths.ts';
import type { Ancestry, ProjectFiles } from '../project/project-files.ts';

/**
 * One version of a shared project: what it is made of, by content hashes. A manifest never changes; it is stored as JSON text, found by its own hash, and
 * checked by `parseManifest` wherever it comes from, in the page and on the server.
 */
export interface Manifest {
  /** Of this format. */
  readonly format: 1;
  readonly name: string;
  readonly template: string | null;
  readonly from: Ancestry | null;
  /** In the order of the UTF-16 code units of their paths. Folders are those that nothing else tells of. */
  readonly entries: readonly ManifestEntry[];
}

export type ManifestEntry =
  | {
      readonly type: 'file';
      readonly path: string;
      /** SHA-256 in hexadecimal. */
      readonly hash: string;
      /** Bytes. */
      readonly size: number;
      readonly mode: '644' | '755';
    }
  | { readonly type: 'link'; readonly path: string; readonly target: string }
  | { readonly type: 'folder'; readonly path: string };

export type ManifestFile = Extract<ManifestEntry, { type: 'file' }>;

export interface ShareLimits {
  /** Bytes of all files. */
  readonly bytes: number;
  /** Entries. */
  readonly files: number;
}

export const DEFAULT_LIMITS: ShareLimits = { bytes: 32 * 1024 * 1024, files: 5000 };
const LONGEST_NAME = 120;
const LARGEST_FILE = 16 * 1024 * 1024;

export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  /** `bytes` and `files`: it is more than the limits allow; `format`: it is no manifest. */
  readonly reason: 'bytes' | 'files' | 'format';

  constructor(reason: ManifestError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Longest text of a manifest within the limits, in bytes. */
export function manifestTextLimit(limits: ShareLimits): number {
  return 4096 + limits.files * 3072;
}

/** Checks what may be anything. @throws {ManifestError} */
export function parseManifest(value: unknown, limits: ShareLimits): Manifest {
  const { format, name, template, from, entries } = fields(value, 'The manifest');
  if (format !== 1) throw bad('It is of a format that this version of Jampot does not know.');
  if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST_NAME || hasControl(name)) throw bad('Its name is not one.');
  if (template !== null && (typeof template !== 'string' || !/^[a-z0-9-]{1,64}$/.test(template))) throw bad('Its template is not one.');
  if (!Array.isArray(entries)) throw bad('It has no list of files.');
  if (entries.length > limits.files)
    throw new ManifestError(
      'files',
      `It has ${entries.length.toLocaleString('en')} files and folders; ${limits.files.toLocaleString('en')} can be shared.`,
    );
  const parsed = entries.map(parseEntry);
  checkTree(parsed);
  const bytes = parsed.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  if (bytes > limits.bytes) throw new ManifestError('bytes', `It has ${megabytes(bytes)}; ${megabytes(limits.bytes)} can be shared.`);
  return { format, name, template, from: parseAncestry(from), entries: parsed };
}

/** The text that is stored, and whose hash names the manifest. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify(manifest);
}

export function manifestFiles(manifest: Manifest): ManifestFile[] {
  return manifest.entries.filter((entry) => entry.type === 'file');
}

/** Hashes with their sizes, each once, in the order in which they come in the manifest: that of the bytes in a version's content. */
export function manifestBlobs(manifest: Manifest): Map<string, number> {
  return new Map(manifestFiles(manifest).map(({ hash, size }) => [hash, size]));
}

export interface ManifestOptions {
  readonly name: string;
  readonly template: string | null;
  readonly from: Ancestry | null;
}

/** The manifest of a project, and its files' bytes by hash. */
export async function buildManifest(
  project: ProjectFiles,
  { name, template, from }: ManifestOptions,
): Promise<{ readonly manifest: Manifest; readonly blobs: ReadonlyMap<string, Uint8Array<ArrayBuffer>> }> {
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>();
  const entries: ManifestEntry[] = [];
  const told = new Set([...project.files.keys(), ...project.links.keys(), ...project.folders].flatMap(ancestors));
  for (const [path, content] of project.files) {
    const bytes = bytesOf(content);
    const hash = await sha256(bytes);
    blobs.set(hash, bytes);
    entries.push({ type: 'file', path, hash, size: bytes.length, mode: project.executables.has(path) ? '755' : '644' });
  }
  for (const [path, target] of project.links) entries.push({ type: 'link', path, target });
  for (const path of project.folders) if (!told.has(path)) entries.push({ type: 'folder', path });
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const plain = [...name].filter((character) => !hasControl(character)).join('');
  return { manifest: { format: 1, name: plain.slice(0, LONGEST_NAME).trim() || 'Project', template, from, entries }, blobs };
}

/** The project of a checked manifest. @param bytesOfHash content by hash; every hash of the manifest is asked for */
export function projectOf(manifest: Manifest, bytesOfHash: (hash: string) => Uint8Array<ArrayBuffer>): ProjectFiles {
  const files = new Map<string, Content>();
  const folders = new Set<string>();
  const links = new Map<string, string>();
  const executables = new Set<string>();
  for (const entry of manifest.entries) {
    for (const folder of ancestors(entry.path)) folders.add(folder);
    if (entry.type === 'folder') folders.add(entry.path);
    else if (entry.type === 'link') links.set(entry.path, entry.target);
    else {
      files.set(entry.path, contentFromBytes(bytesOfHash(entry.hash)));
      if (entry.mode === '755') executables.add(entry.path);
    }
  }
  return { files, folders, links, executables };
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function parseEntry(value: unknown): ManifestEntry {
  const entry = fields(value, 'An entry');
  const { type, path } = entry;
  if (typeof path !== 'string') throw bad('An entry has no path.');
  const parsed = parsePath(path);
  if ('reason' in parsed) throw bad(`“${shown(path)}”: ${parsed.reason}`);
  if (parsed.path !== path) throw bad(`“${shown(path)}” is not written as a path is.`);
  switch (type) {
    case 'file': {
      const { hash, size, mode } = entry;
      if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) throw bad(`“${path}” has no SHA-256.`);
      if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw bad(`“${path}” has no size.`);
      if (size > LARGEST_FILE)
        throw new ManifestError('bytes', `“${path}” has ${megabytes(size)}; a file of a project has at most ${megabytes(LARGEST_FILE)}.`);
      if (mode !== '644' && mode !== '755') throw bad(`“${path}” has the mode ${shown(String(mode))}; it can be 644 or 755.`);
      return { type, path, hash, size, mode };
    }
    case 'link':
      if (typeof entry.target !== 'string') throw bad(`The link “${path}” has no target.`);
      return { type, path, target: entry.target };
    case 'folder':
      return { type, path };
    default:
      throw bad(`“${path}” is neither a file nor a link nor a folder.`);
  }
}

/** Sorted, each path once, nothing below a file or link, no link that leads outside, one size a hash. */
function checkTree(entries: readonly ManifestEntry[]): void {
  const types = new Map<string, ManifestEntry['type']>();
  const sizes = new Map<string, number>();
  const links = new Map<string, string>();
  let before: string | null = null;
  for (const entry of entries) {
    if (before !== null && entry.path <= before) throw bad(`“${entry.path}” is not where it is in a sorted list, or there twice.`);
    before = entry.path;
    types.set(entry.path, entry.type);
    if (entry.type === 'link') links.set(entry.path, entry.target);
    if (entry.type === 'file' && (sizes.get(entry.hash) ?? entry.size) !== entry.size)
      throw bad(`“${entry.path}” has a size that its hash has not elsewhere.`);
    if (entry.type === 'file') sizes.set(entry.hash, entry.size);
  }
  for (const { path } of entries) {
    const blocked = ancestors(path).find((folder) => (types.get(folder) ?? 'folder') !== 'folder');
    if (blocked !== undefined) throw bad(`“${path}” is below “${blocked}”, which is no folder.`);
  }
  const [problem] = linkProblems(links);
  if (problem !== undefined) throw bad(`“${problem[0]}”: ${problem[1]}`);
}

function parseAncestry(value: unknown): Ancestry | null {
  if (value === null || value === undefined) return null;
  const { share, version, name } = fields(value, 'Its ancestry');
  if (typeof share !== 'string' || !/^[a-z0-9-]{1,63}$/.test(share)) throw bad('The share that it comes from is not one.');
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) throw bad('The version that it comes from is not one.');
  if (typeof name !== 'string' || name.length > LONGEST_NAME || hasControl(name)) throw bad('The name that it comes from is not one.');
  return { share, version, name };
}

function fields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${what} is no object.`);
  return value as Readonly<Record<string, unknown>>;
}

function bad(message: string): ManifestError {
  return new ManifestError('format', message);
}

function hasControl(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** What came from elsewhere, in a message. */
function shown(text: string): string {
  return text.slice(0, 80).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
