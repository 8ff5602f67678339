/** package-lock.json (lockfileVersion 2 and 3) and the hidden node_modules/.package-lock.json: from and to a tree. */
import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import { isObject, type JsonFile, type JsonObject, parseJsonFile, readManifest, toManifest } from './manifest.ts';
import { basename, dirname, join, resolve } from './paths.ts';
import { type OverrideLookup, Tree, TreeNode } from './tree.ts';

export interface Lockfile {
  readonly file: JsonFile;
  readonly version: number;
  /** Location → entry. */
  readonly packages: Readonly<Record<string, JsonObject>>;
}

/** The project's lockfile (npm-shrinkwrap.json counts first), or null. Throws for versions that have no `packages`. */
export function readLockfile(disk: Disk, folder: string): Lockfile | null {
  for (const name of ['npm-shrinkwrap.json', 'package-lock.json']) {
    const path = join(folder, name);
    const text = disk.readText(path);
    if (text !== null) return parseLockfile(path, text);
  }
  return null;
}

export function readHiddenLockfile(disk: Disk, folder: string): Lockfile | null {
  const path = join(folder, 'node_modules/.package-lock.json');
  const text = disk.readText(path);
  return text === null ? null : parseLockfile(path, text);
}

export function parseLockfile(path: string, text: string): Lockfile {
  const file = parseJsonFile(path, text);
  const version = typeof file.json['lockfileVersion'] === 'number' ? file.json['lockfileVersion'] : 1;
  const { packages } = file.json;
  if (version < 2 || !isObject(packages)) {
    throw new InstallError(
      'EOLDLOCKFILE',
      `${basename(path)} has lockfileVersion ${version}; versions 2 and 3 can be installed here.\n` +
        'Run `npm install` once with npm 7 or later outside of this page, or remove the file to resolve anew.',
    );
  }
  const entries = Object.entries(packages).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  for (const [location] of entries) {
    // A location is a place in the project: it never climbs out of node_modules.
    if (/(?:^|\/)node_modules\/(?:.*\/)?\.\.(?:\/|$)/.test(location) || location.startsWith('/')) {
      throw new InstallError('EINVALIDLOCKFILE', `${basename(path)} holds the location "${location}", which lies outside of node_modules.`);
    }
  }
  return { file, version, packages: Object.fromEntries(entries) };
}

/** Parent location and folder name of `…/node_modules/<name>`. */
function splitLocation(location: string): { above: string; name: string } | null {
  const at = location.lastIndexOf('node_modules/');
  if (at < 0 || (at > 0 && location[at - 1] !== '/')) return null;
  return { above: location.slice(0, Math.max(at - 1, 0)), name: location.slice(at + 'node_modules/'.length) };
}

export interface TreeOptions {
  readonly workspaces: ReadonlyMap<string, string>;
  readonly override?: OverrideLookup;
  readonly ignorePeers?: boolean;
}

/** The tree of a lockfile under the project's own manifest. Workspaces and linked folders take their manifests from disk, where they exist. */
export function treeOfLockfile(
  disk: Disk,
  projectPath: string,
  rootManifest: ReturnType<typeof toManifest>,
  lock: Lockfile,
  options: TreeOptions,
): Tree {
  const tree = new Tree(projectPath, rootManifest, options);
  const nodes = new Map<string, TreeNode>([['', tree.root]]);
  const locations = Object.keys(lock.packages).filter((location) => location !== '');
  for (const location of locations.filter((each) => splitLocation(each) === null)) {
    const pkg = readManifest(disk, resolve(projectPath, location)) ?? toManifest(lock.packages[location]);
    const node = new TreeNode(tree, pkg.name ?? basename(location), pkg, { folder: location });
    tree.attachTop(node);
    nodes.set(location, node);
  }
  const inside = locations
    .filter((location) => splitLocation(location) !== null)
    .toSorted((a, b) => a.split('node_modules/').length - b.split('node_modules/').length);
  for (const location of inside) {
    const entry = lock.packages[location] ?? {};
    const place = splitLocation(location);
    const parent = place === null ? undefined : nodes.get(place.above);
    if (place === null || parent === undefined) continue;
    const node = nodeOfEntry(disk, tree, place.name, entry, nodes);
    tree.attach(node, parent);
    nodes.set(location, node);
  }
  return tree;
}

function nodeOfEntry(disk: Disk, tree: Tree, name: string, entry: JsonObject, nodes: Map<string, TreeNode>): TreeNode {
  const resolved = typeof entry['resolved'] === 'string' ? entry['resolved'] : undefined;
  if (entry['link'] === true && resolved !== undefined) {
    let target = nodes.get(resolved);
    if (target === undefined) {
      const pkg = readManifest(disk, resolve(tree.path, resolved)) ?? {};
      target = new TreeNode(tree, pkg.name ?? basename(resolved), pkg, { folder: resolved });
      tree.attachTop(target);
      nodes.set(resolved, target);
    }
    const link = new TreeNode(tree, name, target.pkg, { target });
    applyFlags(link, entry);
    return link;
  }
  const pkg = toManifest({ ...entry, name: typeof entry['name'] === 'string' ? entry['name'] : name });
  const node = new TreeNode(tree, name, pkg);
  node.resolved = resolved;
  node.integrity = typeof entry['integrity'] === 'string' ? entry['integrity'] : undefined;
  node.inBundle = entry['inBundle'] === true;
  applyFlags(node, entry);
  return node;
}

function applyFlags(node: TreeNode, entry: JsonObject): void {
  node.dev = entry['dev'] === true;
  node.optional = entry['optional'] === true;
  node.devOptional = entry['devOptional'] === true;
  node.peer = entry['peer'] === true;
  node.extraneous = entry['extraneous'] === true;
}

const META_KEYS = [
  'version',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'optionalDependencies',
  'bundleDependencies',
  'funding',
  'engines',
  'os',
  'cpu',
  'libc',
  'license',
  'hasShrinkwrap',
  'hasInstallScript',
  'bin',
  'deprecated',
  'workspaces',
] as const;

/** Entry of a node as npm writes it. `resolved` of registry packages is kept where a lockfile brought it and otherwise left out: the registry's address is the server's business. */
function entryOf(node: TreeNode): JsonObject {
  if (node.target !== null) return { resolved: node.target.location, link: true, ...flagsOf(node) };
  const entry: JsonObject = {};
  for (const key of META_KEYS) {
    const value = key === 'funding' ? fundingOf(node.pkg.funding) : node.pkg[key];
    if (value === undefined || value === false) continue;
    if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) continue;
    entry[key] = value;
  }
  const { name } = node.pkg;
  if (name !== undefined && (node.isRoot || name !== (node.isTop ? nameFromFolder(node.location) : node.name))) entry['name'] = name;
  if (node.isTop && node.pkg.devDependencies !== undefined) entry['devDependencies'] = node.pkg.devDependencies;
  if (node.inBundle) entry['inBundle'] = true;
  if (node.integrity !== undefined) entry['integrity'] = node.integrity;
  if (node.resolved !== undefined) entry['resolved'] = node.resolved;
  return { ...entry, ...flagsOf(node) };
}

/** Folder name with its scope: `packages/@a/b` → `@a/b`. */
function nameFromFolder(location: string): string {
  const scope = basename(dirname(location));
  return scope.startsWith('@') ? `${scope}/${basename(location)}` : basename(location);
}

/** npm writes a lone address as `{url}`. */
function fundingOf(funding: unknown): unknown {
  if (funding === null || funding === '' || funding === false) return undefined;
  return typeof funding === 'string' ? { url: funding } : funding;
}

function flagsOf(node: TreeNode): JsonObject {
  if (node.extraneous) return { extraneous: true };
  const flags: JsonObject = {};
  if (node.peer) flags['peer'] = true;
  if (node.dev) flags['dev'] = true;
  if (node.optional) flags['optional'] = true;
  if (node.devOptional && !node.dev && !node.optional) flags['devOptional'] = true;
  return flags;
}

const KEY_ORDER = ['name', 'version', 'lockfileVersion', 'resolved', 'integrity', 'requires', 'packages', 'dependencies'];

function compareKeys(a: string, b: string): number {
  const left = KEY_ORDER.indexOf(a);
  const right = KEY_ORDER.indexOf(b);
  if (left >= 0 && right >= 0) return left - right;
  if (left >= 0) return -1;
  if (right >= 0) return 1;
  return a.localeCompare(b, 'en');
}

/** npm's order of keys at every level: plain values and arrays before objects, the known keys first, then by the alphabet. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  const sorted = Object.entries(value).toSorted(([a, left], [b, right]) => {
    if (isObject(left) !== isObject(right)) return isObject(left) ? 1 : -1;
    return compareKeys(a, b);
  });
  return Object.fromEntries(sorted.map(([key, item]) => [key, ordered(item)]));
}

/** The lockfile's text. The hidden lockfile has no root entry and only what is installed. */
export function formatLockfile(
  tree: Tree,
  options: { hidden: boolean; indent?: string; newline?: string; only?: (node: TreeNode) => boolean },
): string {
  const packages: [string, JsonObject][] = [];
  for (const node of tree.inventory()) {
    // An optional package that could not even be loaded has nothing to lock.
    if (node.error !== undefined || (options.hidden && (node.isRoot || node.inert))) continue;
    if (options.only?.(node) === false) continue;
    packages.push([node.location, entryOf(node)]);
  }
  const { name, version } = tree.root.pkg;
  const data = {
    name: name ?? basename(tree.path),
    ...(version === undefined ? {} : { version }),
    lockfileVersion: 3,
    requires: true,
    packages: Object.fromEntries(packages),
  };
  const text = `${JSON.stringify(ordered(data), null, options.indent ?? '  ')}\n`;
  return options.newline === undefined || options.newline === '\n' ? text : text.replaceAll('\n', options.newline);
}
