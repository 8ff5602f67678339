import { zip, type AsyncZippable, type AsyncZippableFile } from 'fflate';
import { bytesOf, type Content } from '../project/content.ts';
import type { ProjectFiles } from '../project/project-files.ts';

const UNIX = 3;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const S_IFDIR = 0o040000;

/** A zip below one folder of the given name, with empty folders, symlinks and modes as `zip -y` writes them. */
export function zipProject(name: string, { files, folders, links, executables }: ProjectFiles): Promise<Blob> {
  const tree: AsyncZippable = {};
  const entry = (bytes: Uint8Array, mode: number, level: 0 | 6): AsyncZippableFile => [bytes, { os: UNIX, attrs: mode << 16, level }];
  tree[`${name}/`] = entry(new Uint8Array(), S_IFDIR | 0o755, 0);
  for (const folder of [...folders].sort()) tree[`${name}/${folder}/`] = entry(new Uint8Array(), S_IFDIR | 0o755, 0);
  for (const [path, content] of files)
    tree[`${name}/${path}`] = entry(bytesOf(content), S_IFREG | (executables.has(path) ? 0o755 : 0o644), 6);
  for (const [path, target] of links) tree[`${name}/${path}`] = entry(bytesOf(target), S_IFLNK | 0o777, 0);
  return new Promise((resolve, reject) => {
    zip(tree, (error, data) => (error ? reject(error) : resolve(new Blob([data as Uint8Array<ArrayBuffer>], { type: 'application/zip' }))));
  });
}

/** A zip of files alone, below one folder of the given name. */
export function zipFiles(name: string, files: Iterable<readonly [string, Content]>): Promise<Blob> {
  return zipProject(name, { files: new Map(files), folders: new Set(), links: new Map(), executables: new Set() });
}
