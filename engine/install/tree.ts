/**
 * The tree of packages in `node_modules` folders and the edges of dependency between them, as Node's module lookup sees them: a dependency is met by
 * the package of that name in the nearest `node_modules` on the way up.
 */
import semver from 'semver';
import { gatherDependencies } from './dependency-sets.ts';
import type { Manifest } from './manifest.ts';
import { isInside, join } from './paths.ts';
import { parseSpec, type Spec } from './spec.ts';

export type EdgeType = 'prod' | 'dev' | 'optional' | 'peer' | 'peerOptional' | 'workspace';

/** One dependency: who asks, for what, and (`to`) who answers in the tree as it is now. */
export class Edge {
  readonly from: TreeNode;
  readonly name: string;
  readonly type: EdgeType;
  /** As written in the manifest. */
  readonly raw: string;
  /** A conflict that was warned about and let pass. */
  peerConflicted = false;
  #parsed: { readonly text: string; readonly spec: Spec } | undefined;

  constructor(from: TreeNode, name: string, type: EdgeType, raw: string) {
    this.from = from;
    this.name = name;
    this.type = type;
    this.raw = raw;
  }

  /** The range that counts: the manifest's, or the root's override of it. */
  get wanted(): string {
    return this.from.tree.override(this) ?? this.raw;
  }

  get spec(): Spec {
    const text = this.wanted;
    if (this.#parsed?.text !== text) {
      this.#parsed = { text, spec: parseSpec(this.name, text, this.from.path) };
    }
    return this.#parsed.spec;
  }

  get peer(): boolean {
    return this.type === 'peer' || this.type === 'peerOptional';
  }

  get optional(): boolean {
    return this.type === 'optional' || this.type === 'peerOptional';
  }

  get to(): TreeNode | null {
    return this.from.resolve(this.name);
  }

  get valid(): boolean {
    const to = this.to;
    if (to === null) return this.optional;
    if (this.peer && to.parent === this.from && !this.from.isTop) return false;
    return to.satisfies(this);
  }
}

/** What is installed where, and why it may be left out. */
export class TreeNode {
  /** Folder name in `node_modules`: for an alias not the package's own name. */
  readonly name: string;
  pkg: Manifest;
  tree: Tree;
  parent: TreeNode | null = null;
  readonly children = new Map<string, TreeNode>();
  edgesOut: ReadonlyMap<string, Edge> = new Map();
  /** Location of a folder outside `node_modules`, relative to the root: '' for the root itself, `packages/a` for a workspace. */
  readonly folder: string | null;
  /** A link's folder. */
  readonly target: TreeNode | null;
  /** Node whose dependencies a virtual root (a peer set being tried out) stands for. */
  readonly source: TreeNode | null;
  resolved: string | undefined;
  integrity: string | undefined;
  inBundle = false;
  /** Why the package could not be loaded: an optional one may fail. */
  error: Error | undefined;
  /** In the lockfile, but not to be installed here. */
  inert = false;
  dev = true;
  optional = true;
  devOptional = true;
  peer = true;
  extraneous = true;

  constructor(tree: Tree, name: string, pkg: Manifest, options: { folder?: string; target?: TreeNode; source?: TreeNode } = {}) {
    this.tree = tree;
    this.name = name;
    this.pkg = pkg;
    this.folder = options.folder ?? null;
    this.target = options.target ?? null;
    this.source = options.source ?? null;
    this.loadEdges();
  }

  get isLink(): boolean {
    return this.target !== null;
  }

  /** The project, a workspace, or another folder that is linked to. */
  get isTop(): boolean {
    return this.folder !== null;
  }

  get isRoot(): boolean {
    return this.folder === '' && this.source === null;
  }

  get isWorkspace(): boolean {
    return this.folder !== null && this.tree.workspaceFolders.has(this.folder);
  }

  /** The package's own name. */
  get packageName(): string {
    return this.pkg.name ?? this.name;
  }

  get version(): string {
    return this.pkg.version ?? '';
  }

  /** Path relative to the project, as lockfiles have it. */
  get location(): string {
    if (this.folder !== null) return this.folder;
    const above = this.parent?.location ?? '';
    return above === '' ? `node_modules/${this.name}` : `${above}/node_modules/${this.name}`;
  }

  /** Absolute path. */
  get path(): string {
    return join(this.tree.path, this.location);
  }

  get depth(): number {
    return this.parent === null ? 0 : this.parent.depth + 1;
  }

  /** Where the lookup goes on when this node's own `node_modules` has no answer. */
  get resolveParent(): TreeNode | null {
    if (this.parent !== null) return this.parent;
    if (this.folder === null || this.folder === '') return null;
    let nearest: TreeNode | null = null;
    for (const top of this.tree.tops) {
      if (top === this || top.folder === null) continue;
      const above = top.folder === '' ? !this.folder.startsWith('..') : isInside(top.folder, this.folder);
      if (above && (nearest === null || top.folder.length > (nearest.folder?.length ?? 0))) nearest = top;
    }
    return nearest;
  }

  *ancestry(): Generator<TreeNode> {
    yield this;
    for (let node = this.resolveParent; node !== null; node = node.resolveParent) yield node;
  }

  isDescendantOf(other: TreeNode): boolean {
    for (const node of this.ancestry()) if (node === other) return true;
    return false;
  }

  resolve(name: string): TreeNode | null {
    for (const node of this.ancestry()) {
      const child = node.children.get(name);
      if (child !== undefined) return child;
    }
    return null;
  }

  get edgesIn(): Edge[] {
    return this.tree.edgesTo(this);
  }

  satisfies(edge: Edge): boolean {
    if (edge.name !== this.name) return false;
    return this.error !== undefined || satisfiesSpec(this, edge.spec);
  }

  /** The same package in the same version. */
  matches(other: TreeNode): boolean {
    if (this === other) return true;
    if (this.isLink || other.isLink) return this.target?.folder === other.target?.folder && this.isLink === other.isLink;
    if (this.name !== other.name || this.packageName !== other.packageName || this.version !== other.version) return false;
    return this.integrity === undefined || other.integrity === undefined || this.integrity === other.integrity;
  }

  /** Whether this may stand where `other` stands, for all who ask for it there (peers in `ignorePeers`, which are replaced together with it, aside). */
  canReplace(other: TreeNode, ignorePeers: ReadonlySet<string> = new Set()): boolean {
    if (other.name !== this.name || other.packageName !== this.packageName) return false;
    const own = gatherDependencies([other], (edge) => edge.to !== other && edge.valid);
    return other.edgesIn.every((edge) => {
      if (!other.isTop && edge.from.parent === other.parent && edge.peer && ignorePeers.has(edge.from.name)) return true;
      return own.has(edge.from) || this.satisfies(edge);
    });
  }

  /** Makes the edges of the manifest; call it after a change of `pkg`. */
  loadEdges(): void {
    const before = this.edgesOut;
    const attached = this.tree.has(this);
    if (attached) this.tree.dropEdges(before.values());
    const edges = new Map<string, Edge>();
    if (this.target === null) this.#collectEdges(edges);
    this.edgesOut = edges;
    if (attached) this.tree.addEdges(edges.values());
  }

  #collectEdges(edges: Map<string, Edge>): void {
    const { pkg } = this;
    // A later kind wins over an earlier one, as npm orders them.
    const add = (dependencies: Readonly<Record<string, string>> | undefined, type: EdgeType) => {
      for (const [name, raw] of Object.entries(dependencies ?? {})) {
        if (edges.get(name)?.type !== 'workspace') edges.set(name, new Edge(this, name, type, raw));
      }
    };
    const source = this.source ?? this;
    if (source.isRoot) {
      for (const [name, folder] of source.tree.workspaces) edges.set(name, new Edge(this, name, 'workspace', `file:${folder}`));
    }
    const meta = pkg.peerDependenciesMeta ?? {};
    const peers = Object.entries(pkg.peerDependencies ?? {});
    if (!this.tree.ignorePeers) {
      add(Object.fromEntries(peers.filter(([name]) => meta[name]?.optional !== true)), 'peer');
      add(Object.fromEntries(peers.filter(([name]) => meta[name]?.optional === true)), 'peerOptional');
    }
    add(pkg.dependencies, 'prod');
    add(pkg.optionalDependencies, 'optional');
    if (this.isTop && source.isTop) add(pkg.devDependencies, 'dev');
  }
}

/** Whether a package is what a spec asks for. Tags cannot be checked without the registry and count as met, as in npm. */
export function satisfiesSpec(node: TreeNode, spec: Spec): boolean {
  switch (spec.kind) {
    case 'range':
      return spec.wanted === '*' || semver.satisfies(node.version, spec.wanted, true);
    case 'version':
      return semver.eq(node.version === '' ? '0.0.0' : node.version, spec.wanted, true);
    case 'tag':
      return !node.isLink;
    case 'alias':
      return node.packageName === spec.target.name && satisfiesSpec(node, spec.target);
    case 'directory':
      return node.target !== null && node.target.path === spec.path;
    case 'file':
      return node.resolved !== undefined && node.resolved.startsWith('file:') && join(node.tree.path, node.resolved.slice(5)) === spec.path;
    case 'remote':
    case 'git':
      return node.resolved === spec.address;
  }
}

export type OverrideLookup = (edge: Edge) => string | undefined;

export class Tree {
  /** Absolute path of the project. */
  readonly path: string;
  readonly root: TreeNode;
  /** Name → folder, relative to the project. */
  readonly workspaces: ReadonlyMap<string, string>;
  readonly workspaceFolders: ReadonlySet<string>;
  /** `--legacy-peer-deps`: peers count for nothing. */
  readonly ignorePeers: boolean;
  readonly tops = new Set<TreeNode>();
  readonly #nodes = new Set<TreeNode>();
  readonly #edges = new Map<string, Set<Edge>>();
  readonly #override: OverrideLookup;

  constructor(
    path: string,
    pkg: Manifest,
    options: { workspaces?: ReadonlyMap<string, string>; override?: OverrideLookup; source?: TreeNode; ignorePeers?: boolean } = {},
  ) {
    this.path = path;
    this.ignorePeers = options.ignorePeers ?? false;
    this.workspaces = options.workspaces ?? new Map();
    this.workspaceFolders = new Set(this.workspaces.values());
    this.#override = options.override ?? (() => undefined);
    this.root = new TreeNode(this, pkg.name ?? '', pkg, {
      folder: '',
      ...(options.source === undefined ? {} : { source: options.source }),
    });
    // The constructor of the root asks for this tree's workspaces, which are set by then; it is attached only now.
    this.attachTop(this.root);
  }

  has(node: TreeNode): boolean {
    return this.#nodes.has(node);
  }

  override(edge: Edge): string | undefined {
    return this.#override(edge);
  }

  /** All nodes in the order of their locations. */
  inventory(): TreeNode[] {
    return [...this.#nodes]
      .map((node) => ({ node, location: node.location }))
      .toSorted((a, b) => a.location.localeCompare(b.location, 'en'))
      .map(({ node }) => node);
  }

  named(name: string): TreeNode[] {
    return [...this.#nodes].filter((node) => node.name === name);
  }

  attachTop(node: TreeNode): void {
    this.tops.add(node);
    this.#register(node);
  }

  attach(node: TreeNode, parent: TreeNode): void {
    if (node.parent !== null) this.detach(node);
    const old = parent.children.get(node.name);
    if (old !== undefined && old !== node) this.detach(old);
    node.parent = parent;
    parent.children.set(node.name, node);
    this.#register(node);
  }

  detach(node: TreeNode): void {
    const { tree } = node;
    if (tree !== this) {
      tree.detach(node);
      return;
    }
    if (node.parent?.children.get(node.name) === node) node.parent.children.delete(node.name);
    node.parent = null;
    this.#unregister(node);
  }

  #register(node: TreeNode): void {
    node.tree = this;
    this.#nodes.add(node);
    this.addEdges(node.edgesOut.values());
    for (const child of node.children.values()) this.#register(child);
  }

  #unregister(node: TreeNode): void {
    this.#nodes.delete(node);
    this.tops.delete(node);
    this.dropEdges(node.edgesOut.values());
    for (const child of node.children.values()) this.#unregister(child);
  }

  addEdges(edges: Iterable<Edge>): void {
    for (const edge of edges) {
      const set = this.#edges.get(edge.name);
      if (set === undefined) this.#edges.set(edge.name, new Set([edge]));
      else set.add(edge);
    }
  }

  dropEdges(edges: Iterable<Edge>): void {
    for (const edge of edges) this.#edges.get(edge.name)?.delete(edge);
  }

  edgesTo(node: TreeNode): Edge[] {
    return [...(this.#edges.get(node.name) ?? [])].filter((edge) => edge.to === node);
  }
}
