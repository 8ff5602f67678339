import { JampotError, messageOf } from '../errors/problem.ts';
import { contentFromBytes, type Content } from '../project/content.ts';
import { linkProblems } from '../project/links.ts';
import { ancestors, parsePath } from '../project/paths.ts';
import { isScript, type ProjectFiles } from '../project/project-files.ts';
import { readZipDirectory, readZipEntry, ZipError, type ZipEntry } from './zip-entries.ts';

/** A project that came in as a zip or a folder. */
export interface Imported extends ProjectFiles {
  readonly name: string;
  /** Entries that were left out, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** What an archive or a folder brings: a file's content, a link's target, or an empty place. */
type Entry = { readonly path: string } & (
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer>; readonly executable: boolean | null }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'folder' }
);

type Skipped = { path: string; reason: string }[];

const LARGEST_FILE = 16 * 1024 * 1024;
const LARGEST_TOTAL = 256 * 1024 * 1024;
const MOST_FILES = 20_000;
/** Entries of an archive; packages that someone zipped along are counted too. */
const MOST_ENTRIES = 200_000;
const LONGEST_TARGET = 4096;

/** Not worth bringing along: they are installed or built again. */
const LEFT_OUT = /(?:^|\/)(?:node_modules|\.git|__MACOSX|\.DS_Store)(?:\/|$)/;

export async function importZip(file: File): Promise<Imported> {
  const skipped: Skipped = [];
  const bytes = new Uint8Array(await file.arrayBuffer());
  let directory: ZipEntry[];
  try {
    directory = readZipDirectory(bytes, MOST_ENTRIES);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw new JampotError('import-zip', `“${file.name}” is not a zip that can be read: ${messageOf(error)}`, { cause: error });
  }
  const wanted = directory.filter((entry) => !LEFT_OUT.test(entry.name)).filter((entry) => isWanted(entry, skipped));
  // Decided from the directory, before anything is inflated: a bomb is refused, not unpacked.
  requireLimits(
    wanted.reduce((sum, { size }) => sum + size, 0),
    wanted.length,
  );
  const entries: Entry[] = [];
  for (const entry of wanted) {
    try {
      entries.push(await readEntry(bytes, entry));
    } catch (error) {
      if (!(error instanceof ZipError)) throw error;
      skipped.push({ path: entry.name, reason: error.message });
    }
  }
  return assemble(file.name.replace(/\.zip$/i, ''), entries, skipped);
}

function isWanted({ name, kind, size }: ZipEntry, skipped: Skipped): boolean {
  const reason =
    kind === 'special'
      ? 'It is neither a file nor a folder nor a link.'
      : kind === 'file' && size > LARGEST_FILE
        ? 'The file is larger than 16 MB.'
        : kind === 'link' && size > LONGEST_TARGET
          ? 'The link’s target is too long.'
          : null;
  if (reason !== null) skipped.push({ path: name, reason });
  return reason === null;
}

async function readEntry(bytes: Uint8Array<ArrayBuffer>, entry: ZipEntry): Promise<Entry> {
  const { name: path, kind, executable } = entry;
  if (kind === 'folder') return { path, kind };
  const content = await readZipEntry(bytes, entry);
  return kind === 'link' ? { path, kind, target: new TextDecoder().decode(content) } : { path, kind: 'file', bytes: content, executable };
}

/** From `<input type="file" webkitdirectory>`: every file has its path below the chosen folder; links, modes and empty folders are not told. */
export async function importFolder(list: readonly File[]): Promise<Imported> {
  const kept = list.filter((file) => !LEFT_OUT.test(file.webkitRelativePath));
  const small = kept.filter((file) => file.size <= LARGEST_FILE);
  const skipped = kept
    .filter((file) => file.size > LARGEST_FILE)
    .map((file) => ({ path: file.webkitRelativePath, reason: 'The file is larger than 16 MB.' }));
  requireLimits(
    small.reduce((sum, file) => sum + file.size, 0),
    small.length,
  );
  const entries = await Promise.all(
    small.map(async (file): Promise<Entry> => ({
      path: file.webkitRelativePath,
      kind: 'file',
      bytes: new Uint8Array(await file.arrayBuffer()),
      executable: null,
    })),
  );
  return assemble(list[0]?.webkitRelativePath.split('/')[0] ?? 'project', entries, skipped);
}

function requireLimits(total: number, count: number): void {
  if (total > LARGEST_TOTAL) throw new JampotError('import-large', 'A project can bring at most 256 MB, without node_modules.');
  if (count > MOST_FILES) throw new JampotError('import-large', `A project can bring at most ${MOST_FILES} files, without node_modules.`);
}

/**
 * Checks every path (an archive may name `../../x` or `/etc/x`, one twice, or a file below a link) and drops a folder that holds everything, as zips of
 * repositories have. What cannot be is left out and listed; of two with one name the first counts.
 */
function assemble(name: string, entries: readonly Entry[], skipped: Skipped): Imported {
  const sound = new Map<string, Entry>();
  for (const entry of entries) {
    const parsed = parsePath(entry.path);
    if ('reason' in parsed) skipped.push({ path: entry.path, reason: parsed.reason });
    else if (!sound.has(parsed.path)) sound.set(parsed.path, entry);
    else if (entry.kind !== 'folder' || sound.get(parsed.path)?.kind !== 'folder')
      skipped.push({ path: entry.path, reason: 'The zip has this name twice; the first one counts.' });
  }
  const { top, content } = unwrap(sound);
  const links = new Map<string, string>();
  for (const [path, entry] of content) if (entry.kind === 'link') links.set(path, entry.target);
  for (const [path, reason] of linkProblems(links)) {
    skipped.push({ path, reason });
    links.delete(path);
    content.delete(path);
  }
  const files = new Map<string, Content>();
  const folders = new Set<string>();
  const executables = new Set<string>();
  for (const [path, entry] of content) {
    const blocked = ancestors(path).find((folder) => (content.get(folder)?.kind ?? 'folder') !== 'folder');
    if (blocked !== undefined) {
      const kind = content.get(blocked)?.kind === 'link' ? 'link' : 'file';
      skipped.push({ path, reason: `“${blocked}” is a ${kind}, so nothing can be in it.` });
      links.delete(path);
      continue;
    }
    for (const folder of ancestors(path)) folders.add(folder);
    if (entry.kind === 'folder') folders.add(path);
    if (entry.kind !== 'file') continue;
    files.set(path, contentFromBytes(entry.bytes));
    if (entry.executable ?? isScript(entry.bytes)) executables.add(path);
  }
  if (files.size === 0 && links.size === 0) throw new JampotError('import-empty', 'There is no file in it that a project could use.');
  return { name: top || name || 'project', files, folders, links, executables, skipped };
}

/** The entries without the folder that all of them are in, when there is one. */
function unwrap(entries: ReadonlyMap<string, Entry>): { readonly top: string; readonly content: Map<string, Entry> } {
  const [first = ''] = entries.keys();
  const top = first.split('/')[0] ?? '';
  const isWrapped =
    [...entries].every(([path, { kind }]) => path.startsWith(`${top}/`) || (path === top && kind === 'folder')) &&
    [...entries.keys()].some((path) => path !== top);
  if (!isWrapped) return { top: '', content: new Map(entries) };
  const content = new Map<string, Entry>();
  for (const [path, entry] of entries) if (path !== top) content.set(path.slice(top.length + 1), entry);
  return { top, content };
}
