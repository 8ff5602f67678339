/** `internalBinding('modules')` (src/node_modules.cc, src/compile_cache.cc): package.json lookups, and a cache of stripped TypeScript. */
import type { CreateBinding, Environment } from '../environment.ts';
import { type CacheEntry, CACHED_CODE_TYPES, COMPILE_CACHE_STATUS, compileCacheOf } from '../loader/compile-cache.ts';
import { contentHash } from '../loader/content-hash.ts';
import { parsePackageConfig, serialize } from '../loader/package-config.ts';
import type { PackageConfig, SerializedPackageConfig } from '../loader/package-config.ts';
import { CACHE_DIRECTORY, createFileCache } from '../loader/transform-cache.ts';

interface ErrorContext {
  readonly isESM?: boolean;
  readonly base?: string | undefined;
  readonly specifier?: string | undefined;
}

/** package.json files of one thread: read once, as native Node does. */
class PackageReader {
  readonly #environment: Environment;
  readonly #configs = new Map<string, PackageConfig>();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Undefined when there is no such file. */
  read(path: string, context: ErrorContext = {}): PackageConfig | undefined {
    const known = this.#configs.get(path);
    if (known !== undefined) return known;
    const bytes = this.#environment.system.files.readFile(path);
    if (typeof bytes === 'number') return undefined;
    const config = parsePackageConfig(path, this.#decoder.decode(bytes));
    if (config === undefined) throw this.#invalid(path, context);
    this.#configs.set(path, config);
    return config;
  }

  #invalid(path: string, { base, specifier }: ErrorContext): Error {
    const from = base === undefined || specifier === undefined ? '' : ` while importing "${specifier}" from ${pathOfFileURL(base) ?? base}`;
    return this.#environment.codedError('Error', 'ERR_INVALID_PACKAGE_CONFIG', `Invalid package config ${path}${from}.`);
  }

  /** Nearest package.json at or above the directory of `path`, not beyond a `node_modules` directory. */
  nearest(path: string): PackageConfig | undefined {
    // The root directory is not looked at.
    for (let directory = parentOf(path); directory !== ''; directory = parentOf(directory)) {
      if (directory.endsWith('/node_modules')) return undefined;
      const config = this.read(`${directory}/package.json`);
      if (config !== undefined) return config;
    }
    return undefined;
  }

  /** As ESM looks for a scope, by URL: the config, or the path at which the search ended. */
  scope(path: string): PackageConfig | string {
    for (let directory = parentOf(path); ; directory = parentOf(directory)) {
      const file = `${directory}/package.json`;
      if (file.endsWith('/node_modules/package.json')) return file;
      const config = this.read(file);
      if (config !== undefined) return config;
      if (directory === '') return file;
    }
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The host's: guests may replace the global. */
const HostURL = URL;

function pathOfFileURL(url: string): string | undefined {
  let parsed: URL;
  try {
    parsed = new HostURL(url);
  } catch {
    return undefined;
  }
  return parsed.protocol === 'file:' ? decodeURIComponent(parsed.pathname) : undefined;
}

export const create: CreateBinding = (environment) => {
  const packages = new PackageReader(environment);
  const { files } = environment.system;
  const store = createFileCache(files, `${CACHE_DIRECTORY}/typescript`);
  const compileCache = compileCacheOf(environment);

  const pathOf = (url: string): string => {
    const path = pathOfFileURL(url);
    if (path !== undefined) return path;
    const error = environment.codedError('TypeError', 'ERR_INVALID_URL', 'Invalid URL');
    throw Object.assign(error, { input: url });
  };
  const pack = (config: PackageConfig | undefined): SerializedPackageConfig | undefined =>
    config === undefined ? undefined : serialize(config);

  return {
    readPackageJSON: (path: string, isESM?: boolean, base?: string, specifier?: string) =>
      pack(packages.read(path, { isESM: isESM === true, base, specifier })),
    getNearestParentPackageJSON: (path: string) => pack(packages.nearest(path)),
    getNearestParentPackageJSONType: (path: string) => packages.nearest(path)?.type,
    getPackageScopeConfig: (url: string) => {
      const found = packages.scope(pathOf(url));
      return typeof found === 'string' ? found : serialize(found);
    },
    getPackageType: (url: string) => {
      const found = packages.scope(pathOf(url));
      return typeof found === 'string' || found.type === 'none' ? undefined : found.type;
    },
    enableCompileCache: (directory: unknown, isPortable?: boolean) => compileCache.enable(directory, isPortable === true),
    getCompileCacheDir: () => compileCache.directory,
    flushCompileCache: () => compileCache.flush(),
    /** Stripping types costs more than reading a file: kept by content, whether or not the program asked for a compile cache. */
    getCompileCacheEntry: (source: string, name: string, type: number) => {
      const entry = compileCache.entry(source, name, type);
      const key = `${type}-${contentHash(source)}-${source.length.toString(36)}`;
      return { external: { key, entry }, transpiled: entry === undefined ? store.get(key) : compileCache.transpiled(entry) };
    },
    saveCompileCacheEntry: ({ key, entry }: { key: string; entry: CacheEntry | undefined }, transpiled: string) => {
      store.set(key, transpiled);
      if (entry !== undefined) compileCache.saveTranspiled(entry, transpiled);
    },
    /** `import.meta.dirname` and `.filename`. */
    setLazyPathHelpers: (meta: Record<string, unknown>, url: string) => {
      const filename = pathOf(url);
      meta.dirname = parentOf(filename) === '' ? '/' : parentOf(filename);
      meta.filename = filename;
    },
    compileCacheStatus: [...COMPILE_CACHE_STATUS],
    cachedCodeTypes: Object.assign(Object.create(null) as object, CACHED_CODE_TYPES),
    moduleFormats: Object.assign(Object.create(null) as object, { kCommonJS: 0, kModule: 1 }),
  };
};
