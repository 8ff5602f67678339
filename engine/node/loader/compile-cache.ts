/**
 * The on-disk compile cache that programs ask for (`module.enableCompileCache()`, NODE_COMPILE_CACHE; src/compile_cache.cc). V8's compiled code is not open to pages, so
 * entries of scripts and modules hold the mark that stands for it (code-cache.ts); entries of TypeScript hold what stripping its types left. What it does is told on
 * stderr with NODE_DEBUG_NATIVE=COMPILE_CACHE.
 *
 * A file is `<directory>/<version tag>/<crc32 of type and name>`: five little-endian words (magic, bytes and crc32 of the source, bytes and crc32 of the content;
 * in the order of HEADER), and the content.
 */
import { crc32 } from '../../fs/crc32.ts';
import type { Environment } from '../environment.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { acceptsCodeCache, codeCache } from './code-cache.ts';

export const CACHED_CODE_TYPES = {
  kCommonJS: 0,
  kESM: 1,
  kStrippedTypeScript: 2,
  kTransformedTypeScript: 3,
  kTransformedTypeScriptWithSourceMaps: 4,
} as const;

/** `module.constants.compileCacheStatus`, by number. */
export const COMPILE_CACHE_STATUS = ['FAILED', 'ENABLED', 'ALREADY_ENABLED', 'DISABLED'] as const;
const [FAILED, ENABLED, ALREADY_ENABLED, DISABLED] = [0, 1, 2, 3] as const;

/** What `enableCompileCache` answers: status, message, directory. */
export type Enabled = [status: number, message?: string | undefined, directory?: string];

/** Not native's: its files hold V8's code. */
const MAGIC = 0x4a414d43;
const HEADER = { magic: 0, sourceBytes: 1, contentBytes: 2, sourceHash: 3, contentHash: 4 } as const;
const HEADER_BYTES = 20;
const EEXIST = -17;

export interface CacheEntry {
  readonly key: number;
  readonly type: number;
  readonly file: string;
  /** As the loader names it: a path, or a module's URL. */
  readonly name: string;
  readonly source: string;
  readonly sourceBytes: number;
  readonly sourceHash: number;
  content: Uint8Array | undefined;
  isNew: boolean;
  isWritten: boolean;
}

const typeName = (type: number): string => Object.keys(CACHED_CODE_TYPES)[type]?.slice(1) ?? String(type);
const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

export class CompileCache {
  readonly #environment: Environment;
  readonly #entries = new Map<number, CacheEntry>();
  readonly #version: string;
  #directory = '';
  #isPortable = false;
  #isDebug: boolean | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#version = String(environment.process['version']);
  }

  /** The folder of this version's files; empty while the cache is off. */
  get directory(): string {
    return this.#directory;
  }

  enableFromEnvironment(): void {
    const { env } = this.#environment.start;
    const directory = env.get('NODE_COMPILE_CACHE') ?? '';
    if (directory !== '') this.enable(directory, env.get('NODE_COMPILE_CACHE_PORTABLE') === '1');
  }

  /** Files cannot be kept where nothing can be written; the answer then says so. @throws ERR_INVALID_ARG_TYPE */
  enable(directory: unknown, isPortable: boolean): Enabled {
    if (typeof directory !== 'string')
      throw this.#environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'cacheDir should be a string');
    const { env } = this.#environment.start;
    if ((env.get('NODE_DISABLE_COMPILE_CACHE') ?? '') !== '') {
      const message = 'Disabled by NODE_DISABLE_COMPILE_CACHE';
      this.#say(`${message}.\n`);
      return [DISABLED, message];
    }
    if (this.#directory !== '') return [ALREADY_ENABLED, undefined, this.#directory];
    if (isPortable) this.#say('using relative path\n');
    const base = this.#environment.system.resolve(directory);
    const tag = this.#tag();
    this.#say(`resolved path ${directory} + ${tag} -> ${base}/${tag}\n`);
    const made = this.#makeDirectory(`${base}/${tag}`);
    this.#say(`creating cache directory ${base}/${tag}...${made < 0 ? this.#text(made) : 'success'}\n`);
    if (made < 0) {
      const message = `Cannot create cache directory: ${this.#text(made)}`;
      this.#say(`${message}\n`);
      return [FAILED, message];
    }
    this.#directory = `${base}/${tag}`;
    this.#isPortable = isPortable;
    return [ENABLED, undefined, base];
  }

  /** The entry of a source that is about to be compiled, with what was kept of it; undefined while the cache is off. */
  entry(source: string, name: string, type: number): CacheEntry | undefined {
    if (this.#directory === '') return undefined;
    const key = crc32(encodeUtf8(`${String.fromCharCode(type)}${this.#keyName(name)}`)) >>> 0;
    const bytes = encodeUtf8(source);
    const sourceHash = crc32(bytes) >>> 0;
    const known = this.#entries.get(key);
    if (known !== undefined && known.sourceHash === sourceHash) return known;
    const file = `${this.#directory}/${hex(key)}`;
    const state = { content: undefined, isNew: false, isWritten: false };
    const entry: CacheEntry = { key, type, file, name, source, sourceBytes: bytes.length, sourceHash, ...state };
    this.#entries.set(key, entry);
    entry.content = this.#read(entry);
    return entry;
  }

  /** The source of an entry was compiled. */
  compiled(entry: CacheEntry | undefined): void {
    if (entry === undefined) return;
    const { content } = entry;
    const isAccepted = content !== undefined && acceptsCodeCache(content, entry.source, this.#version);
    const was = content === undefined ? 'not initialized, initializing' : isAccepted ? 'accepted, keeping' : 'rejected, refreshing';
    this.#say(`V8 code cache for ${this.#shown(entry)} was ${was} the in-memory entry\n`);
    if (isAccepted) return;
    entry.content = codeCache(entry.source, this.#version);
    entry.isNew = true;
  }

  /** JavaScript that was kept of an entry of TypeScript. */
  transpiled(entry: CacheEntry): string | undefined {
    this.#say(
      entry.content === undefined
        ? `no transpile cache for ${this.#shown(entry)}\n`
        : `retrieving transpile cache for ${this.#shown(entry)}...success\n`,
    );
    return entry.content === undefined ? undefined : decodeUtf8(entry.content);
  }

  saveTranspiled(entry: CacheEntry, transpiled: string): void {
    this.#say(`saving transpilation cache for ${this.#shown(entry)}\n`);
    entry.content = encodeUtf8(transpiled);
    entry.isNew = true;
  }

  /** `module.flushCompileCache()`. */
  flush(): void {
    this.#say('module.flushCompileCache() requested.\n');
    this.persist();
    this.#say('module.flushCompileCache() finished.\n');
  }

  /** Writes what is new; at the end of the thread, too. What cannot be written is not kept. */
  persist(): void {
    if (this.#directory === '') return;
    for (const entry of this.#entries.values()) {
      const reason =
        entry.content === undefined
          ? 'the cache was not initialized'
          : !entry.isNew
            ? 'cache was the same'
            : entry.isWritten
              ? 'cache was already persisted'
              : undefined;
      if (reason !== undefined) this.#say(`skip persisting ${this.#shown(entry)} because ${reason}\n`);
      else this.#write(entry, entry.content ?? new Uint8Array());
    }
    this.#say('Clear deserialized cache.\n');
    this.#entries.clear();
  }

  #write(entry: CacheEntry, content: Uint8Array): void {
    const { files } = this.#environment.system;
    const temporary = `${entry.file}.${Math.trunc(Math.random() * 2 ** 48).toString(36)}`;
    this.#say(`Creating temporary file for cache of ${entry.name} (${typeName(entry.type)})... -> ${temporary}\n`);
    const words = new Uint32Array(HEADER_BYTES / 4);
    words[HEADER.magic] = MAGIC;
    words[HEADER.sourceBytes] = entry.sourceBytes;
    words[HEADER.contentBytes] = content.length;
    words[HEADER.sourceHash] = entry.sourceHash;
    words[HEADER.contentHash] = crc32(content);
    this.#say(`writing cache for ${this.#shown(entry)} to temporary file ${temporary} [${words.join(' ')}]...`);
    const bytes = new Uint8Array(HEADER_BYTES + content.length);
    bytes.set(new Uint8Array(words.buffer));
    bytes.set(content, HEADER_BYTES);
    const written = files.writeFile(temporary, bytes);
    this.#say(written < 0 ? `failed: ${this.#text(written)}\n` : 'success\n', '');
    if (written >= 0) {
      const renamed = files.rename(temporary, entry.file);
      this.#say(`Renaming ${temporary} to ${entry.file}...${renamed < 0 ? `failed: ${this.#text(renamed)}` : 'success'}\n`);
      entry.isWritten = renamed >= 0;
    }
    if (!entry.isWritten) files.unlink(temporary);
  }

  #read(entry: CacheEntry): Uint8Array | undefined {
    this.#say(`reading cache from ${entry.file} for ${this.#shown(entry)}...`);
    const bytes = this.#environment.system.files.readFile(entry.file);
    const fail = (text: string): undefined => this.#say(`${text}\n`, '');
    if (typeof bytes === 'number') return fail(` ${this.#text(bytes)}`);
    if (bytes.length < HEADER_BYTES) return fail(`reading header failed, bytes read ${bytes.length}`);
    const words = new Uint32Array(bytes.slice(0, HEADER_BYTES).buffer);
    this.#say(`[${words.join(' ')}]...`, '');
    const content = bytes.slice(HEADER_BYTES);
    const expected = [MAGIC, entry.sourceBytes, content.length, entry.sourceHash, crc32(content) >>> 0];
    const names = ['magic number', 'code size', 'cache size', 'code hash', 'cache hash'];
    for (const index of [HEADER.magic, HEADER.sourceBytes, HEADER.sourceHash, HEADER.contentBytes, HEADER.contentHash])
      if (words[index] !== expected[index]) return fail(`${names[index]} mismatch: expected ${expected[index]}, actual ${words[index]}`);
    this.#say(` success, size=${content.length}\n`, '');
    return content;
  }

  /** A portable cache moves together with the project: names are relative to it. */
  #keyName(name: string): string {
    if (!this.#isPortable) return name;
    const path = name.startsWith('file://') ? decodeURIComponent(name.slice('file://'.length)) : name;
    if (!path.startsWith('/')) return name;
    const [to, from] = [path, this.#directory].map((each) => each.split('/').slice(1)) as [string[], string[]];
    let common = 0;
    while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
    const relative = [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
    this.#say(`using relative path ${relative} from ${this.#directory}\n`);
    return relative;
  }

  #tag(): string {
    const { cachedDataVersionTag } = this.#environment.binding('v8') as { cachedDataVersionTag: () => number };
    const { getuid } = this.#environment.binding('credentials') as { getuid: () => number };
    return `${this.#version}-${String(this.#environment.process['arch'])}-${hex(cachedDataVersionTag())}-${getuid()}`;
  }

  #makeDirectory(path: string): number {
    const { files } = this.#environment.system;
    let parent = '';
    for (const name of path.split('/').slice(1)) {
      parent += `/${name}`;
      const made = files.mkdir(parent, 0o777);
      if (made < 0 && made !== EEXIST) return made;
    }
    const kind = files.kind(path);
    return kind < 0 ? kind : 0;
  }

  #shown({ type, name }: CacheEntry): string {
    return `${typeName(type)} ${name}`;
  }

  #text(errno: number): string {
    const { getErrorMessage } = this.#environment.binding('uv') as { getErrorMessage: (errno: number) => string };
    return getErrorMessage(errno);
  }

  #say(text: string, before = '[compile cache] '): undefined {
    this.#isDebug ??= /(?:^|,)compile_cache(?:,|$)/i.test(this.#environment.start.env.get('NODE_DEBUG_NATIVE') ?? '');
    if (this.#isDebug) this.#environment.system.writeBlocking(2, encodeUtf8(`${before}${text}`));
  }
}

const caches = new WeakMap<Environment, CompileCache>();

/** The cache of a thread. */
export function compileCacheOf(environment: Environment): CompileCache {
  let cache = caches.get(environment);
  if (cache === undefined) caches.set(environment, (cache = new CompileCache(environment)));
  return cache;
}
