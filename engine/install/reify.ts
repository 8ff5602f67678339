/**
 * Makes `node_modules` what a tree says. Packages are fetched and unpacked into a staging folder beside the final places; only when all are there and
 * verified, renames put them in place, so that a failure leaves what was there before.
 */
import { linkBins, pruneBins } from './bin-links.ts';
import { optionalSet } from './dependency-sets.ts';
import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import { formatLockfile, type Lockfile } from './lockfile.ts';
import { type JsonObject, readManifest } from './manifest.ts';
import type { Output } from './output.ts';
import { dirname, join, relative } from './paths.ts';
import { type Platform, NPM_VERSION } from './platform.ts';
import { PARALLEL, type Registry } from './registry.ts';
import { fitsEngines, fitsPlatform } from './target-platform.ts';
import { type Tree, TreeNode } from './tree.ts';
import { unpackPackage } from './unpack.ts';

export interface Omit {
  readonly dev: boolean;
  readonly optional: boolean;
  readonly peer: boolean;
}

export interface ReifyOptions {
  readonly omit: Omit;
  readonly force: boolean;
  readonly binLinks: boolean;
  readonly engineStrict: boolean;
  /** `npm ci`: nothing that is installed counts, and whatever else is in the node_modules folders goes. */
  readonly clean: boolean;
}

export interface Summary {
  readonly added: readonly TreeNode[];
  readonly changed: readonly TreeNode[];
  /** Locations. */
  readonly removed: readonly string[];
}

export interface ReifyContext {
  readonly disk: Disk;
  readonly output: Output;
  readonly platform: Platform;
  readonly registry: Registry;
}

/** Marks what npm would not install on this machine or with these options: `inert` nodes stay in the lockfile, not on disk. */
export function markInert(tree: Tree, options: ReifyOptions, context: Pick<ReifyContext, 'output' | 'platform'>): void {
  for (const node of tree.inventory()) {
    if (node.isTop || node.isLink || node.inert || node.extraneous) continue;
    const what = `${node.packageName}@${node.version}`;
    if (!fitsPlatform(node.pkg) && !options.force) {
      if (!node.optional) {
        const want = { os: node.pkg.os, cpu: node.pkg.cpu, libc: node.pkg.libc };
        throw new InstallError(
          'EBADPLATFORM',
          `Unsupported platform for ${what}: wanted ${JSON.stringify(want)} (current: {"os":"linux","cpu":["x64","wasm32"],"libc":"glibc"})\n` +
            'The package has no build that runs in the page. Look for one that is JavaScript or WebAssembly.',
        );
      }
      for (const each of optionalSet(node)) each.inert = true;
    } else if (!fitsEngines(node.pkg, context.platform.nodeVersion, NPM_VERSION)) {
      if (node.optional && !options.force) {
        for (const each of optionalSet(node)) each.inert = true;
        continue;
      }
      const detail =
        `Unsupported engine {\n  package: '${what}',\n  required: ${JSON.stringify(node.pkg.engines)},\n` +
        `  current: { node: '${context.platform.nodeVersion}', npm: '${NPM_VERSION}' }\n}`;
      if (options.engineStrict && !options.force) throw new InstallError('EBADENGINE', detail);
      context.output.warn(
        detail
          .split('\n')
          .map((line) => `EBADENGINE ${line}`)
          .join('\n'),
      );
    }
  }
}

function isOmitted(node: TreeNode, omit: Omit): boolean {
  return (
    (node.peer && omit.peer) ||
    (node.dev && omit.dev) ||
    (node.optional && omit.optional) ||
    (node.devOptional && omit.optional && omit.dev)
  );
}

/** What should be in node_modules folders, by location. */
export function wantedNodes(tree: Tree, omit: Omit): Map<string, TreeNode> {
  const wanted = new Map<string, TreeNode>();
  for (const node of tree.inventory()) {
    // What nobody asks for any more is pruned, as npm prunes it.
    if (node.isTop || node.inert || node.extraneous || node.error !== undefined || isOmitted(node, omit)) continue;
    // A package whose own folder is not installed has nothing inside it, either.
    if (node.parent !== null && !node.parent.isTop && !wanted.has(node.parent.location)) continue;
    wanted.set(node.location, node);
  }
  return wanted;
}

function isInstalled(disk: Disk, node: TreeNode, actual: JsonObject | undefined): boolean {
  if (actual === undefined) return false;
  if (node.target !== null) return actual['link'] === true && disk.realpath(node.path) === disk.realpath(node.target.path);
  if (actual['link'] === true || actual['version'] !== node.pkg.version) return false;
  if (typeof actual['name'] === 'string' ? actual['name'] !== node.packageName : node.packageName !== node.name) return false;
  if (typeof actual['integrity'] === 'string' && node.integrity !== undefined && actual['integrity'] !== node.integrity) return false;
  return disk.isFile(join(node.path, 'package.json')) && !disk.isSymlink(node.path);
}

interface Staged {
  readonly node: TreeNode;
  readonly folder: string;
}

export async function reify(tree: Tree, actual: Lockfile | null, options: ReifyOptions, context: ReifyContext): Promise<Summary> {
  const { disk, output } = context;
  const wanted = wantedNodes(tree, options.omit);
  // Without a hidden lockfile nobody knows what lies in node_modules: it is made anew.
  const clean = options.clean || actual === null;
  const before = clean ? {} : actual.packages;
  const missing = [...wanted.values()].filter((node) => !isInstalled(disk, node, before[node.location]));
  const toFetch = missing.filter((node) => !node.isLink && !node.inBundle);
  const toLink = missing.filter((node) => node.isLink);
  const stale = Object.keys(before).filter((location) => location.includes('node_modules/') && !wanted.has(location));
  const moduleFolders = new Set([...tree.tops].map((top) => join(top.path, 'node_modules')));
  const modules = join(tree.path, 'node_modules');
  if (!options.clean && missing.length === 0 && stale.length === 0 && (disk.isDirectory(modules) || wanted.size === 0)) {
    if (wanted.size > 0) saveHiddenLockfile(disk, tree, wanted);
    return { added: [], changed: [], removed: [] };
  }
  disk.mkdir(modules);
  removeOldStaging(disk, modules);
  const staging = join(modules, `.staging-${crypto.randomUUID().slice(0, 8)}`);
  let staged: Staged[];
  try {
    staged = await stage(toFetch, staging, context);
    const undo: (() => void)[] = [];
    try {
      disk.remove(join(modules, '.package-lock.json'));
      if (clean) emptyModules(disk, moduleFolders, staging);
      removeStale(disk, tree.path, stale, staging, undo);
      for (const { node, folder } of staged.toSorted((a, b) => a.node.depth - b.node.depth)) {
        if (!node.inert) putInPlace(disk, node, folder, staging, undo);
      }
      for (const node of toLink) link(disk, node, staging, undo);
    } catch (error) {
      for (const step of undo.toReversed()) step();
      throw error;
    }
  } finally {
    disk.remove(staging);
  }
  const bundled = staged.flatMap(({ node }) => (node.inert ? [] : loadBundled(disk, node)));
  const installed = [...wanted.values(), ...bundled].filter((node) => !node.inert);
  output.progress({ phase: 'link', done: 0, total: installed.length, bytes: 0, name: 'commands' });
  if (options.binLinks) {
    pruneBins(disk, moduleFolders);
    linkBins(disk, installed);
  }
  saveHiddenLockfile(disk, tree, new Map(installed.map((node) => [node.location, node])));
  const isChange = (node: TreeNode) => before[node.location] !== undefined;
  const live = missing.filter((node) => !node.inert);
  return {
    added: live.filter((node) => !isChange(node)),
    changed: live.filter(isChange),
    removed: stale,
  };
}

function removeOldStaging(disk: Disk, modules: string): void {
  for (const entry of disk.list(modules)) {
    if (entry.name.startsWith('.staging-')) disk.remove(join(modules, entry.name));
  }
}

function emptyModules(disk: Disk, folders: Iterable<string>, staging: string): void {
  for (const folder of folders) {
    for (const entry of disk.list(folder)) {
      const path = join(folder, entry.name);
      if (path !== staging) disk.remove(path);
    }
  }
}

/** Fetches and unpacks in parallel. A failing optional package takes what depends on it out of the tree, any other ends the install. */
async function stage(nodes: readonly TreeNode[], staging: string, context: ReifyContext): Promise<Staged[]> {
  const { disk, output, registry } = context;
  const staged: Staged[] = [];
  let next = 0;
  let done = 0;
  let bytes = 0;
  let failed = false;
  const worker = async () => {
    for (let index = next++; index < nodes.length && !failed; index = next++) {
      const node = nodes[index];
      if (node === undefined || node.inert) continue;
      const folder = join(staging, String(index));
      const what = `${node.packageName}@${node.version}`;
      try {
        const tarball = await registry.tarball(node, disk);
        bytes += tarball.length;
        await unpackPackage(disk, tarball, folder, what);
        completeManifest(disk, node, folder);
        staged.push({ node, folder });
      } catch (error) {
        const code = error instanceof InstallError ? error.code : '';
        if (!node.optional || code === 'ENOSPC' || code === 'ENETUNREACH') {
          failed = true;
          throw error;
        }
        output.warn(`optional SKIPPING OPTIONAL DEPENDENCY: ${what}: ${error instanceof Error ? error.message : String(error)}`);
        for (const each of optionalSet(node)) each.inert = true;
      }
      output.progress({ phase: 'fetch', done: ++done, total: nodes.length, bytes, name: what });
    }
  };
  // All workers end before an error goes up, so that nothing writes into the staging folder after it was removed.
  const results = await Promise.allSettled(Array.from({ length: Math.min(PARALLEL, nodes.length) }, worker));
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
  return staged;
}

/** `bin` of `directories.bin` and the like are only in the package itself. */
function completeManifest(disk: Disk, node: TreeNode, folder: string): void {
  const pkg = readManifest(disk, folder);
  if (pkg === null) {
    throw new InstallError('EBADPACKAGE', `${node.packageName}@${node.version}: the package has no package.json.`);
  }
  if (node.pkg.bin === undefined && pkg.bin !== undefined) node.pkg.bin = pkg.bin;
  if (node.pkg.version === undefined && pkg.version !== undefined) node.pkg.version = pkg.version;
}

/** The packages that came inside of `node`'s tarball, where the tree does not know them yet: they become part of the tree and of the lockfile. */
function loadBundled(disk: Disk, node: TreeNode): TreeNode[] {
  if (node.pkg.bundleDependencies === undefined || [...node.children.values()].some((child) => child.inBundle)) return [];
  const load = (parent: TreeNode): TreeNode[] =>
    packageFolders(disk, join(parent.path, 'node_modules')).flatMap((name) => {
      const pkg = readManifest(disk, join(parent.path, 'node_modules', name));
      if (pkg === null || parent.children.has(name)) return [];
      const child = new TreeNode(parent.tree, name, pkg);
      child.inBundle = true;
      parent.tree.attach(child, parent);
      for (const flag of ['dev', 'optional', 'devOptional', 'peer', 'extraneous'] as const) child[flag] = node[flag];
      return [child, ...load(child)];
    });
  return load(node);
}

/** Names of the packages in a node_modules folder, scopes included. */
function packageFolders(disk: Disk, modules: string): string[] {
  return disk.list(modules).flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    if (!entry.name.startsWith('@')) return [entry.name];
    return disk.list(join(modules, entry.name)).map((scoped) => `${entry.name}/${scoped.name}`);
  });
}

function moveAway(disk: Disk, path: string, staging: string, undo: (() => void)[]): string | null {
  if (!disk.exists(path)) return null;
  const away = join(staging, `old-${undo.length}`);
  disk.mkdir(staging);
  disk.rename(path, away);
  undo.push(() => disk.rename(away, path));
  return away;
}

function removeStale(disk: Disk, project: string, locations: readonly string[], staging: string, undo: (() => void)[]): void {
  for (const location of locations) {
    const path = join(project, location);
    moveAway(disk, path, staging, undo);
    const scope = dirname(path);
    if (scope.slice(scope.lastIndexOf('/') + 1).startsWith('@')) disk.files.rmdir(scope);
  }
}

function putInPlace(disk: Disk, node: TreeNode, folder: string, staging: string, undo: (() => void)[]): void {
  const { path } = node;
  const old = moveAway(disk, path, staging, undo);
  disk.mkdir(dirname(path));
  disk.rename(folder, path);
  undo.push(() => disk.remove(path));
  // Packages nested in the replaced one stay; those that go or change were or will be handled by their own location.
  const nested = join(path, 'node_modules');
  if (old !== null && disk.isDirectory(join(old, 'node_modules')) && !disk.exists(nested)) {
    disk.rename(join(old, 'node_modules'), nested);
    undo.push(() => disk.rename(nested, join(old, 'node_modules')));
  }
}

function link(disk: Disk, node: TreeNode, staging: string, undo: (() => void)[]): void {
  if (node.target === null) return;
  moveAway(disk, node.path, staging, undo);
  disk.symlink(relative(dirname(node.path), node.target.path), node.path);
  undo.push(() => disk.remove(node.path));
}

function saveHiddenLockfile(disk: Disk, tree: Tree, installed: ReadonlyMap<string, TreeNode>): void {
  const path = join(tree.path, 'node_modules/.package-lock.json');
  const text = formatLockfile(tree, { hidden: true, only: (node) => node.isTop || installed.has(node.location) });
  if (disk.readText(path) !== text) disk.writeText(path, text);
}
