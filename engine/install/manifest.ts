/** package.json: reading, normalising what the installer needs of it, and writing it back the way it was formatted. */
import type { Disk } from './disk.ts';
import { InstallError, messageOf } from './errors.ts';
import { join, normalize } from './paths.ts';

export type Dependencies = Readonly<Record<string, string>>;

/** What the installer knows of a package: the known fields of package.json, a packument's version, or a lockfile's entry. */
export interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Dependencies;
  devDependencies?: Dependencies;
  optionalDependencies?: Dependencies;
  peerDependencies?: Dependencies;
  peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  bundleDependencies?: readonly string[];
  /** Command to file, relative to the package. */
  bin?: Readonly<Record<string, string>>;
  engines?: Readonly<Record<string, string>>;
  os?: readonly string[];
  cpu?: readonly string[];
  libc?: readonly string[];
  scripts?: Readonly<Record<string, string>>;
  workspaces?: readonly string[];
  overrides?: Readonly<Record<string, unknown>>;
  license?: string;
  deprecated?: string;
  funding?: unknown;
  hasInstallScript?: boolean;
  hasShrinkwrap?: boolean;
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringRecord(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function stringList(value: unknown): string[] | undefined {
  const list = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  const strings = list.filter((item): item is string => typeof item === 'string');
  return strings.length === 0 ? undefined : strings;
}

/** A bin's file never leaves its package, whatever its manifest says: `..` stops at the package's folder. */
function insidePackage(path: string): string {
  return normalize(`/${path}`).slice(1);
}

/** `bin` as command → file; a lone string is named after the package without its scope. Commands lose their folders. */
function binOf(value: unknown, name: string | undefined): Record<string, string> | undefined {
  const record = typeof value === 'string' && name !== undefined ? { [name]: value } : (stringRecord(value) ?? {});
  const bin: Record<string, string> = {};
  for (const [command, path] of Object.entries(record)) {
    const base = insidePackage(command.replace(/\\/g, '/')).split('/').at(-1) ?? '';
    const file = insidePackage(path.replace(/\\/g, '/'));
    if (base !== '' && file !== '') bin[base] = file;
  }
  return Object.keys(bin).length === 0 ? undefined : bin;
}

/** The manifest of parsed JSON, whatever it is: fields of the wrong type count as absent, as npm has it. */
export function toManifest(value: unknown): Manifest {
  const json = isObject(value) ? value : {};
  const manifest: Manifest = {};
  const name = typeof json['name'] === 'string' ? json['name'] : undefined;
  if (name !== undefined) manifest.name = name;
  if (typeof json['version'] === 'string') manifest.version = json['version'];
  const optional = stringRecord(json['optionalDependencies']);
  const dependencies = { ...stringRecord(json['dependencies']) };
  // Registries list optional dependencies among the dependencies, too.
  for (const key of Object.keys(optional ?? {})) delete dependencies[key];
  if (Object.keys(dependencies).length > 0) manifest.dependencies = dependencies;
  if (optional !== undefined) manifest.optionalDependencies = optional;
  const dev = stringRecord(json['devDependencies']);
  if (dev !== undefined) manifest.devDependencies = dev;
  const peer = stringRecord(json['peerDependencies']);
  if (peer !== undefined) manifest.peerDependencies = peer;
  if (isObject(json['peerDependenciesMeta'])) {
    manifest.peerDependenciesMeta = Object.fromEntries(
      Object.entries(json['peerDependenciesMeta']).map(([key, meta]) => [
        key,
        isObject(meta) && typeof meta['optional'] === 'boolean' ? { optional: meta['optional'] } : {},
      ]),
    );
  }
  const bundled = json['bundleDependencies'] ?? json['bundledDependencies'];
  const bundle = bundled === true ? Object.keys({ ...dependencies, ...optional }) : stringList(bundled);
  if (bundle !== undefined && bundle.length > 0) manifest.bundleDependencies = bundle;
  const bin = binOf(json['bin'], name);
  if (bin !== undefined) manifest.bin = bin;
  const engines = stringRecord(json['engines']);
  if (engines !== undefined) manifest.engines = engines;
  for (const key of ['os', 'cpu', 'libc'] as const) {
    const list = stringList(json[key]);
    if (list !== undefined) manifest[key] = list;
  }
  const scripts = stringRecord(json['scripts']);
  if (scripts !== undefined) manifest.scripts = scripts;
  const workspaces = stringList(isObject(json['workspaces']) ? json['workspaces']['packages'] : json['workspaces']);
  if (workspaces !== undefined) manifest.workspaces = workspaces;
  if (isObject(json['overrides'])) manifest.overrides = json['overrides'];
  const license = isObject(json['license']) ? json['license']['type'] : json['license'];
  if (typeof license === 'string' && license !== '') manifest.license = license;
  if (typeof json['deprecated'] === 'string' && json['deprecated'] !== '') manifest.deprecated = json['deprecated'];
  if (json['funding'] !== undefined) manifest.funding = json['funding'];
  if (json['hasInstallScript'] === true) manifest.hasInstallScript = true;
  if (json['hasShrinkwrap'] === true || json['_hasShrinkwrap'] === true) manifest.hasShrinkwrap = true;
  return manifest;
}

/** A JSON file with the format that it had, for writing it back. */
export interface JsonFile {
  readonly path: string;
  readonly json: JsonObject;
  readonly indent: string;
  readonly newline: string;
  readonly trailing: boolean;
}

export function parseJsonFile(path: string, source: string): JsonFile {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InstallError(
      'EJSONPARSE',
      `Invalid ${path.split('/').at(-1) ?? 'package.json'}: ${messageOf(error)}\n` +
        `File: ${path}\nFailed to parse JSON data.\nNote: package.json must be actual JSON, not just JavaScript.`,
      { cause: error },
    );
  }
  if (!isObject(json)) throw new InstallError('EJSONPARSE', `${path} must hold a JSON object.`);
  const format = /^\s*[{[]((?:\r?\n)+)([\s\t]+)/.exec(text);
  return {
    path,
    json,
    indent: format?.[2] ?? '  ',
    newline: format?.[1]?.startsWith('\r') === true ? '\r\n' : '\n',
    trailing: text.length === 0 || text.endsWith('\n'),
  };
}

/** package.json of a folder, or null when there is none. */
export function readPackageFile(disk: Disk, folder: string): JsonFile | null {
  const path = join(folder, 'package.json');
  const text = disk.readText(path);
  return text === null ? null : parseJsonFile(path, text);
}

/** Manifest of a package on disk with `directories.bin` spread out; null when it has none. */
export function readManifest(disk: Disk, folder: string): Manifest | null {
  const file = readPackageFile(disk, folder);
  if (file === null) return null;
  const manifest = toManifest(file.json);
  const directories = file.json['directories'];
  if (manifest.bin === undefined && isObject(directories) && typeof directories['bin'] === 'string') {
    const at = insidePackage(directories['bin']);
    const bin: Record<string, string> = {};
    for (const entry of disk.list(join(folder, at))) {
      if (entry.type === 1 && !entry.name.startsWith('.')) bin[entry.name] = at === '' ? entry.name : `${at}/${entry.name}`;
    }
    if (Object.keys(bin).length > 0) manifest.bin = bin;
  }
  return manifest;
}

export function formatJson(file: JsonFile, json: unknown): string {
  const text = `${JSON.stringify(json, null, file.indent)}\n`;
  return file.newline === '\n' ? text : text.replaceAll('\n', file.newline);
}

export function writePackageFile(disk: Disk, file: JsonFile, json: JsonObject): void {
  disk.writeText(file.path, formatJson(file, json));
}
