import { baseName, folderOf } from './paths.ts';

/** Children of every folder, folders first, then by name as people sort (2 before 10). The root's key is `''`. */
export type Children = ReadonlyMap<string, readonly string[]>;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function childrenOf(files: Iterable<string>, folders: ReadonlySet<string>): Children {
  const result = new Map<string, string[]>([['', []]]);
  for (const folder of folders) result.set(folder, []);
  for (const path of [...folders, ...files]) result.get(folderOf(path))?.push(path);
  for (const list of result.values()) {
    list.sort((a, b) => Number(folders.has(b)) - Number(folders.has(a)) || collator.compare(baseName(a), baseName(b)) || (a < b ? -1 : 1));
  }
  return result;
}
