import { unzip } from 'fflate';
import { JampotError, messageOf } from '../errors/problem.ts';
import { contentFromBytes, type Content } from '../project/content.ts';
import { ancestors, parsePath } from '../project/paths.ts';

/** A project that came in as a zip or a folder. */
export interface Imported {
  readonly name: string;
  readonly files: ReadonlyMap<string, Content>;
  /** Entries that were left out, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

const LARGEST_FILE = 16 * 1024 * 1024;
const LARGEST_TOTAL = 256 * 1024 * 1024;
const MOST_FILES = 20_000;

/** Not worth bringing along: they are installed or built again. */
const LEFT_OUT = /(?:^|\/)(?:node_modules|\.git|__MACOSX|\.DS_Store)(?:\/|$)/;

export async function importZip(file: File): Promise<Imported> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const skipped: { path: string; reason: string }[] = [];
  let total = 0;
  let count = 0;
  const entries = await new Promise<Record<string, Uint8Array<ArrayBuffer>>>((resolve, reject) => {
    unzip(
      bytes,
      {
        // Decided from the directory of the archive, before anything is inflated: a bomb is refused, not unpacked.
        filter: ({ name, originalSize }) => {
          if (name.endsWith('/') || LEFT_OUT.test(name)) return false;
          // The unpacked files come in a plain object, where this name is not an entry.
          if (name === '__proto__') {
            skipped.push({ path: name, reason: 'A zip cannot bring a file of this name.' });
            return false;
          }
          if (originalSize > LARGEST_FILE) {
            skipped.push({ path: name, reason: 'The file is larger than 16 MB.' });
            return false;
          }
          total += originalSize;
          count += 1;
          return total <= LARGEST_TOTAL && count <= MOST_FILES;
        },
      },
      (error, data) => (error ? reject(error) : resolve(data as Record<string, Uint8Array<ArrayBuffer>>)),
    );
  }).catch((error: unknown) => {
    throw new JampotError('import-zip', `“${file.name}” is not a zip that can be read: ${messageOf(error)}`, { cause: error });
  });
  requireLimits(total, count);
  return assemble(file.name.replace(/\.zip$/i, ''), Object.entries(entries), skipped);
}

/** From `<input type="file" webkitdirectory>`: every file has its path below the chosen folder. */
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
    small.map(async (file) => [file.webkitRelativePath, new Uint8Array(await file.arrayBuffer())] as const),
  );
  return assemble(list[0]?.webkitRelativePath.split('/')[0] ?? 'project', entries, skipped);
}

function requireLimits(total: number, count: number): void {
  if (total > LARGEST_TOTAL) throw new JampotError('import-large', 'A project can bring at most 256 MB, without node_modules.');
  if (count > MOST_FILES) throw new JampotError('import-large', `A project can bring at most ${MOST_FILES} files, without node_modules.`);
}

/** Checks every path (an archive may name `../../x` or `/etc/x`) and drops a folder that holds everything, as zips of repositories have. */
function assemble(
  name: string,
  entries: readonly (readonly [string, Uint8Array<ArrayBuffer>])[],
  skipped: { path: string; reason: string }[],
): Imported {
  const sound: [string, Uint8Array<ArrayBuffer>][] = [];
  for (const [entry, bytes] of entries) {
    const parsed = parsePath(entry);
    if ('path' in parsed) sound.push([parsed.path, bytes]);
    else skipped.push({ path: entry, reason: parsed.reason });
  }
  if (sound.length === 0) throw new JampotError('import-empty', 'There is no file in it that a project could use.');
  const top = sound[0]?.[0].split('/')[0] ?? '';
  const wrapped = sound.every(([path]) => path.startsWith(`${top}/`));
  const files = new Map<string, Content>();
  const names = new Set(sound.map(([path]) => path));
  for (const [path, bytes] of sound) {
    // An archive may name `a` and `a/b`; a disk cannot hold both.
    const file = ancestors(path).find((folder) => names.has(folder));
    if (file !== undefined) skipped.push({ path, reason: `“${file}” is a file, so nothing can be in it.` });
    else files.set(wrapped ? path.slice(top.length + 1) : path, contentFromBytes(bytes));
  }
  return { name: (wrapped ? top : name) || 'project', files, skipped };
}
