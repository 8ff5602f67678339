/** Transformed sources by content: in memory, and in the file system that all processes share and that outlives them. */
import type { FileSystem } from '../../fs/types.ts';
import { remove } from '../fs/remove.ts';
import { contentHash } from './content-hash.ts';
import { Edits } from './edits.ts';
import type { ModuleCode } from './transform-module.ts';
import { transformModule } from './transform-module.ts';
import { needsTransform, transformScript, withoutHashbang } from './transform-script.ts';

export interface TransformCache {
  get(hash: string): string | undefined;
  set(hash: string, value: string): void;
}

/** Replaced at build time (scripts/engine/bundle.mjs); changes whenever what the transform writes may change. */
declare const __JAMPOT_TRANSFORMS__: string | undefined;

const CACHES = '/var/cache/jampot';
const VERSION = typeof __JAMPOT_TRANSFORMS__ === 'undefined' ? 'source' : __JAMPOT_TRANSFORMS__;
/** Kept with the project (engine/host/project-store.ts). */
export const CACHE_DIRECTORY = `${CACHES}/transform-${VERSION}`;

/** Entries in `directory`, one file each. A full or read-only file system only means that nothing is kept. */
export function createFileCache(files: FileSystem, directory: string = CACHE_DIRECTORY, mostBytes = MOST_BYTES): TransformCache {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const path = (hash: string): string => `${directory}/${hash}`;
  let prepared = false;
  const prepare = (): void => {
    if (prepared) return;
    prepared = true;
    let parent = '';
    for (const name of directory.split('/').slice(1)) {
      parent += `/${name}`;
      files.mkdir(parent, 0o755);
    }
    removeOtherVersions(files);
    // What is still needed is made again; nothing tells what is.
    if (isLarge(files, directory, mostBytes)) remove(files, directory);
    files.mkdir(directory, 0o755);
  };
  return {
    get: (hash) => {
      const bytes = files.readFile(path(hash));
      return typeof bytes === 'number' ? undefined : decoder.decode(bytes);
    },
    set: (hash, value) => {
      prepare();
      // Written beside and renamed: readers in other processes see all or nothing.
      const temporary = `${path(hash)}.${Math.trunc(Math.random() * 2 ** 48).toString(36)}`;
      if (files.writeFile(temporary, encoder.encode(value)) < 0 || files.rename(temporary, path(hash)) < 0) files.unlink(temporary);
    },
  };
}

const MOST_ENTRIES = 10_000;
/** Bytes: a few times what the modules of a large project take. */
const MOST_BYTES = 64 * 1024 * 1024;

function isLarge(files: FileSystem, directory: string, mostBytes: number): boolean {
  const entries = files.readdir(directory);
  if (typeof entries === 'number') return false;
  if (entries.length > MOST_ENTRIES) return true;
  const stat = new Float64Array(18);
  let bytes = 0;
  for (const { name } of entries) if (files.stat(`${directory}/${name}`, stat) === 0) bytes += stat[8] ?? 0;
  return bytes > mostBytes;
}

/** What an engine of another version has left behind: nothing looks for it any more. */
function removeOtherVersions(files: FileSystem): void {
  const versions = files.readdir(CACHES);
  if (typeof versions === 'number') return;
  for (const { name } of versions) {
    const folder = `${CACHES}/${name}`;
    if (name.startsWith('transform-') && folder !== CACHE_DIRECTORY) remove(files, folder);
  }
}

export interface ScriptCode {
  readonly code: string;
  /** Absent when `code` has the source's columns. */
  readonly edits: (() => Edits) | undefined;
}

/** Smaller sources are parsed faster than they are looked up, even by a parser that V8 has not optimised yet. */
const LEAST_CACHED = 256;

export class Transforms {
  readonly #cache: TransformCache | undefined;

  constructor(cache: TransformCache | undefined) {
    this.#cache = cache;
  }

  module(source: string, cyclic: boolean): ModuleCode {
    const cached = this.#cached(cyclic ? 'cycle' : 'module', source, () => {
      const { code, ...rest } = transformModule(source, cyclic).module;
      return `${JSON.stringify(rest)}\n${code}`;
    });
    const end = cached.indexOf('\n');
    return { ...(JSON.parse(cached.slice(0, end)) as Omit<ModuleCode, 'code'>), code: cached.slice(end + 1) };
  }

  script(source: string, functionBody: boolean): ScriptCode {
    if (!needsTransform(source)) return { code: withoutHashbang(source), edits: undefined };
    const code = this.#cached(
      functionBody ? 'function' : 'script',
      source,
      () => transformScript(source, { functionBody })?.apply(source) ?? source,
    );
    if (code === source) return { code: withoutHashbang(source), edits: undefined };
    return { code: withoutHashbang(code), edits: () => transformScript(source, { functionBody }) ?? new Edits() };
  }

  #cached(kind: string, source: string, make: () => string): string {
    const cache = this.#cache;
    if (cache === undefined || source.length < LEAST_CACHED) return make();
    const hash = `${kind}-${contentHash(source)}-${source.length.toString(36)}`;
    const known = cache.get(hash);
    if (known !== undefined) return known;
    const made = make();
    cache.set(hash, made);
    return made;
  }
}
