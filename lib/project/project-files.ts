import { bytesOf, type Content } from './content.ts';

/** All that a project is made of: what is stored, mounted, shared, exported and imported. */
export interface ProjectFiles {
  /** Regular files by path. */
  readonly files: ReadonlyMap<string, Content>;
  /** Every folder except the root, also empty ones. */
  readonly folders: ReadonlySet<string>;
  /** Targets of symlinks by path; a path is in one of `files`, `folders` and `links`. */
  readonly links: ReadonlyMap<string, string>;
  /** Those of `files` that may be executed. Other bits of a mode do not travel. */
  readonly executables: ReadonlySet<string>;
}

/** Where a project comes from: a version of a share. */
export interface Ancestry {
  readonly share: string;
  readonly version: number;
  /** The share's name at that time. */
  readonly name: string;
}

/**
 * Files that are executable where nothing says whether they are (templates, folders that were picked, zips made without modes): those that begin with `#!`.
 * An engine that mounts a tree decides in the same way.
 */
export function guessExecutables(files: Iterable<readonly [string, Content]>): Set<string> {
  const result = new Set<string>();
  for (const [path, content] of files) if (isScript(content)) result.add(path);
  return result;
}

export function isScript(content: Content): boolean {
  if (typeof content === 'string') return content.startsWith('#!');
  const bytes = bytesOf(content);
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}
