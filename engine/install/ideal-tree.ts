/**
 * Resolves: completes a tree (empty, or that of a lockfile) until every dependency is met. Follows the order of npm's Arborist, breadth before depth and
 * by name, since the order decides what stands where.
 */
import { conflictError } from './conflict.ts';
import { computeFlags, optionalSet } from './dependency-sets.ts';
import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import { isObject, type JsonObject, readManifest, toManifest } from './manifest.ts';
import { basename, relative } from './paths.ts';
import { pickManifest } from './pick-manifest.ts';
import { Place, type PlaceOptions } from './place.ts';
import type { Registry } from './registry.ts';
import type { RegistrySpec, Spec } from './spec.ts';
import { type Edge, satisfiesSpec, Tree, TreeNode } from './tree.ts';
import { unpackPackage } from './unpack.ts';

export interface ResolveOptions extends PlaceOptions {
  readonly nodeVersion: string;
  /** Dependencies that were named on the command line: taken anew even if met. */
  readonly explicit: ReadonlySet<string>;
  /** Names whose installed version does not count (`npm update`); `all` for every name. */
  readonly update: ReadonlySet<string> | 'all';
  readonly onProgress: (placed: number, name: string) => void;
}

export class Resolver {
  readonly #tree: Tree;
  readonly #disk: Disk;
  readonly #registry: Registry;
  readonly #options: ResolveOptions;
  readonly #queue = new Set<TreeNode>();
  readonly #seen = new Set<TreeNode>();
  readonly #virtualRoots = new Map<TreeNode, TreeNode>();
  readonly #peerSources = new Map<TreeNode, TreeNode>();
  readonly #failures = new Set<TreeNode>();
  readonly #explicitDone = new Set<Edge>();
  #placed = 0;

  constructor(tree: Tree, disk: Disk, registry: Registry, options: ResolveOptions) {
    this.#tree = tree;
    this.#disk = disk;
    this.#registry = registry;
    this.#options = options;
  }

  async resolve(): Promise<void> {
    this.#queue.add(this.#tree.root);
    for (const top of this.#tree.tops) this.#queue.add(top);
    if (this.#options.update !== 'all' || this.#options.explicit.size > 0) {
      for (const node of this.#tree.inventory()) if (this.#problems(node).length > 0) this.#queue.add(node);
    } else {
      for (const node of this.#tree.inventory()) this.#queue.add(node);
    }
    for (let node = this.#next(); node !== null; node = this.#next()) {
      if (this.#seen.has(node) || !this.#tree.has(node)) continue;
      this.#seen.add(node);
      await this.#completeNode(node);
    }
    computeFlags(this.#tree.root);
    for (const node of this.#tree.inventory()) {
      if (node.extraneous && !node.isTop && this.#tree.has(node)) this.#tree.detach(node);
    }
    for (const node of this.#failures) {
      if (!this.#tree.has(node)) continue;
      if (!node.optional) throw node.error ?? new InstallError('EUNKNOWN', `${node.name} could not be loaded.`);
      for (const each of optionalSet(node)) each.inert = true;
    }
  }

  #next(): TreeNode | null {
    let best: { node: TreeNode; depth: number; path: string } | null = null;
    for (const node of this.#queue) {
      const candidate = { node, depth: node.depth, path: node.path };
      if (
        best === null ||
        candidate.depth < best.depth ||
        (candidate.depth === best.depth && candidate.path.localeCompare(best.path, 'en') < 0)
      )
        best = candidate;
    }
    if (best === null) return null;
    this.#queue.delete(best.node);
    return best.node;
  }

  #isExplicit(edge: Edge): boolean {
    return edge.from.isTop && this.#options.explicit.has(edge.name) && !this.#explicitDone.has(edge);
  }

  #isUpdated(edge: Edge): boolean {
    const { update } = this.#options;
    return update === 'all' || update.has(edge.name);
  }

  #problems(node: TreeNode): Edge[] {
    const bundled = new Set(node.isTop ? [] : (node.pkg.bundleDependencies ?? []));
    return [...node.edgesOut.values()].filter((edge) => {
      const { to } = edge;
      if (bundled.has(edge.name) || edge.peerConflicted) return false;
      if (to === null) return edge.type !== 'peerOptional' || this.#isExplicit(edge);
      if (this.#failures.has(to)) return false;
      if (!edge.valid) return true;
      return !to.isLink && (this.#isExplicit(edge) || this.#isUpdated(edge));
    });
  }

  async #completeNode(node: TreeNode): Promise<void> {
    const problems = this.#problems(node);
    // All answers are on their way before the first one is waited for.
    for (const edge of problems) this.#prefetch(edge);
    const tasks: { edge: Edge; dep: TreeNode }[] = [];
    const peerSource = this.#peerSources.get(node) ?? node;
    for (const edge of problems) {
      const virtualRoot = this.#virtualRoot(edge.peer ? peerSource : node, true);
      const known = virtualRoot.edgesOut.get(edge.name);
      const knownTo = known?.valid === true ? known.to : null;
      let dep = knownTo?.satisfies(edge) === true ? knownTo : null;
      if (dep === null && edge.type === 'peerOptional' && !this.#isExplicit(edge)) dep = this.#hoistable(edge);
      dep ??= await this.#nodeFor(edge, edge.peer ? virtualRoot : null, null, new Set([edge.from]));
      tasks.push({ edge, dep });
    }
    for (const { edge, dep } of tasks.toSorted((a, b) => a.edge.name.localeCompare(b.edge.name, 'en'))) {
      const explicit = this.#isExplicit(edge) || this.#isUpdated(edge);
      this.#explicitDone.add(edge);
      this.#settle(new Place(dep, edge, this.#options, explicit));
    }
    for (const edge of node.edgesOut.values()) {
      const target = edge.to?.target;
      if (target !== null && target !== undefined && !this.#seen.has(target)) {
        if (!this.#tree.has(target)) this.#tree.attachTop(target);
        this.#queue.add(target);
      }
    }
  }

  /** Queues what a placement made or unsettled. */
  #settle(place: Place): void {
    const { placed, canPlace } = place;
    if (placed !== null && canPlace !== null) {
      if (placed.error !== undefined) this.#failures.add(placed);
      for (const edge of placed.edgesIn) {
        if (edge === place.edge || edge.valid || edge.peerConflicted) continue;
        this.#seen.delete(edge.from);
        this.#queue.add(edge.from);
      }
      this.#queue.add(placed);
      for (const node of place.again) {
        this.#seen.delete(node);
        this.#queue.add(node);
      }
      for (const edge of this.#problems(placed)) this.#prefetch(edge);
      this.#options.onProgress(++this.#placed, placed.packageName);
    }
    for (const child of place.children) this.#settle(child);
  }

  #hoistable(edge: Edge): TreeNode | null {
    const queue = [...(edge.from.resolveParent ?? edge.from).children.values()];
    for (const node of queue) {
      if (node.name === edge.name && !node.inBundle && node.satisfies(edge)) return node;
      queue.push(...node.children.values());
    }
    return null;
  }

  /** A stand-in for `node` in a tree of its own, where the set of peers of its dependencies is worked out. */
  #virtualRoot(node: TreeNode, reuse: boolean): TreeNode {
    const known = reuse ? this.#virtualRoots.get(node) : undefined;
    if (known !== undefined) return known;
    const tree = new Tree(node.path, node.pkg, {
      source: node,
      override: (edge) => this.#tree.override(edge),
      ignorePeers: this.#tree.ignorePeers,
      ...(node.isRoot ? { workspaces: this.#tree.workspaces } : {}),
    });
    this.#virtualRoots.set(node, tree.root);
    return tree.root;
  }

  /** The package that meets `edge`, with all its peers, as a child of a virtual root. */
  async #nodeFor(edge: Edge, into: TreeNode | null, second: Edge | null, required: Set<TreeNode>): Promise<TreeNode> {
    const parent = into ?? this.#virtualRoot(edge.from, false);
    const first = await this.#load(edge, parent.tree);
    const other = second !== null && !second.valid ? await this.#load(second, parent.tree) : null;
    const node = other !== null && edge.valid ? other : first;
    parent.tree.attach(node, parent);
    const needs = (each: Edge | null) => each !== null && required.has(each.from) && each.type !== 'peerOptional';
    if (needs(edge) || needs(second)) required.add(node);
    if (parent.source !== null) this.#peerSources.set(node, parent.source);
    await this.#loadPeers(node, required);
    return node;
  }

  async #loadPeers(node: TreeNode, required: Set<TreeNode>): Promise<void> {
    const peers = [...node.edgesOut.values()]
      .filter((edge) => edge.peer && (edge.to === null || !edge.valid))
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
    for (const edge of peers) this.#prefetch(edge);
    for (const edge of peers) {
      const { parent } = node;
      if (parent === null) break;
      if (edge.to !== null && edge.valid) continue;
      const parentEdge = parent.edgesOut.get(edge.name);
      const own = parent.source?.isTop === true;
      const mayConflict = this.#options.force || (!own && !this.#options.strictPeers);
      if (edge.to === null) {
        if (parentEdge === undefined) {
          // An optional peer is only brought along by who asks for it.
          if (edge.type !== 'peerOptional') await this.#nodeFor(edge, parent, null, required);
          continue;
        }
        const dep = await this.#nodeFor(parentEdge, parent, edge, required);
        if (edge.valid) continue;
        if (mayConflict || !required.has(dep)) {
          edge.peerConflicted = true;
          continue;
        }
        if (node.parent === null) break;
        throw conflictError(edge, dep, edge, dep);
      }
      const current = edge.to;
      const dep = await this.#nodeFor(edge, null, null, required);
      if (dep.canReplace(current)) {
        await this.#nodeFor(edge, node.parent, null, required);
        continue;
      }
      if (mayConflict || !required.has(edge.from)) continue;
      throw conflictError(edge, dep, edge, dep);
    }
  }

  #prefetch(edge: Edge): void {
    let spec: Spec;
    try {
      spec = edge.spec;
    } catch {
      // Told when the edge itself is loaded.
      return;
    }
    const registrySpec = spec.kind === 'alias' ? spec.target : spec;
    if (!('wanted' in registrySpec) || this.#tree.workspaces.has(edge.name)) return;
    // A failure is told when the packument is waited for.
    this.#registry.packument(registrySpec.name).catch(() => undefined);
  }

  async #load(edge: Edge, tree: Tree): Promise<TreeNode> {
    try {
      return await this.#loadSpec(edge.name, edge.spec, tree);
    } catch (error) {
      const node = new TreeNode(tree, edge.name, {});
      const { from } = edge;
      const dependent = (from.source ?? from).isRoot ? '' : `\nRequired by ${from.packageName}@${from.version}.`;
      node.error =
        error instanceof InstallError
          ? new InstallError(error.code, `${error.message}${dependent}`, { cause: error.cause, fault: error.fault })
          : error instanceof Error
            ? error
            : new InstallError('EUNKNOWN', String(error));
      // Without a connection nothing can be concluded about a package, optional or not.
      if (error instanceof InstallError && error.code === 'ENETUNREACH') throw error;
      this.#failures.add(node);
      return node;
    }
  }

  async #loadSpec(name: string, spec: Spec, tree: Tree): Promise<TreeNode> {
    const workspace = this.#tree.workspaces.get(name);
    if (workspace !== undefined && (spec.kind === 'range' || spec.kind === 'version')) {
      const link = this.#linkTo(name, `${this.#tree.path}/${workspace}`, tree);
      if (satisfiesSpec(link, spec)) return link;
    }
    switch (spec.kind) {
      case 'directory':
        return this.#linkTo(name, spec.path, tree);
      case 'alias':
        return this.#fromRegistry(name, spec.target, tree);
      case 'version':
      case 'range':
      case 'tag':
        return this.#fromRegistry(name, spec, tree);
      case 'file':
        return this.#fromTarball(name, `file:${relative(this.#tree.path, spec.path)}`, tree);
      case 'remote':
        return this.#fromTarball(name, spec.address, tree);
      case 'git':
        throw new InstallError(
          'EGIT',
          `${name} comes from a git repository (${spec.address}); packages from git are not supported in the page.\nDepend on a published version or a tarball's address instead.`,
        );
    }
  }

  #linkTo(name: string, path: string, tree: Tree): TreeNode {
    const location = relative(this.#tree.path, path);
    const pkg = readManifest(this.#disk, path);
    if (pkg === null) throw new InstallError('ENOENT', `${name}: the folder ${path} has no package.json.`);
    const target =
      [...this.#tree.tops].find((top) => top.folder === location) ??
      new TreeNode(this.#tree, pkg.name ?? basename(path), pkg, { folder: location });
    return new TreeNode(tree, name, pkg, { target });
  }

  async #fromRegistry(name: string, spec: RegistrySpec, tree: Tree): Promise<TreeNode> {
    const packument = await this.#registry.packument(spec.name);
    return nodeOfVersion(tree, name, pickManifest(packument, spec, this.#options.nodeVersion));
  }

  async #fromTarball(name: string, resolved: string, tree: Tree): Promise<TreeNode> {
    const probe = await probeTarball(this.#tree, this.#disk, this.#registry, resolved);
    const node = new TreeNode(tree, name, probe.pkg);
    node.resolved = resolved;
    node.integrity = probe.integrity;
    return node;
  }
}

/** A tarball tells its name and dependencies only when it is unpacked: that happens in a folder beside node_modules, which is removed again. */
export async function probeTarball(tree: Tree, disk: Disk, registry: Registry, resolved: string): Promise<TreeNode> {
  const probe = new TreeNode(tree, '', {});
  probe.resolved = resolved;
  const tarball = await registry.tarball(probe, disk);
  const folder = disk.sibling(`${tree.path}/node_modules`);
  try {
    await unpackPackage(disk, tarball, folder, resolved);
    const pkg = readManifest(disk, folder);
    if (pkg === null) throw new InstallError('EBADPACKAGE', `${resolved}: the package has no package.json.`);
    probe.pkg = pkg;
    return probe;
  } finally {
    disk.remove(folder);
  }
}

/** A node of a packument's version. `resolved` stays open: the address is the proxy's, and follows from name and version. */
export function nodeOfVersion(tree: Tree, name: string, json: JsonObject): TreeNode {
  const manifest = toManifest(json);
  const { scripts } = manifest;
  if (scripts?.['preinstall'] !== undefined || scripts?.['install'] !== undefined || scripts?.['postinstall'] !== undefined)
    manifest.hasInstallScript = true;
  const node = new TreeNode(tree, name, manifest);
  const { dist } = json;
  if (isObject(dist) && typeof dist['integrity'] === 'string') node.integrity = dist['integrity'];
  else if (isObject(dist) && typeof dist['shasum'] === 'string') node.integrity = sha1Integrity(dist['shasum']);
  return node;
}

/** SRI of a hexadecimal SHA-1. */
function sha1Integrity(hex: string): string {
  const bytes = hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return `sha1-${btoa(String.fromCharCode(...bytes))}`;
}
