/** Places a package as high in the tree as it may stand, with its peers, and removes what that makes superfluous. npm's Arborist calls it "place dep". */
import semver from 'semver';
import { CanPlace, deepestTarget, peerEntrySets } from './can-place.ts';
import { gatherDependencies } from './dependency-sets.ts';
import { conflictError } from './conflict.ts';
import { type Edge, TreeNode } from './tree.ts';

export interface PlaceOptions {
  readonly force: boolean;
  readonly strictPeers: boolean;
  readonly preferDedupe: boolean;
  readonly warn: (message: string) => void;
}

export class Place {
  readonly dep: TreeNode;
  readonly edge: Edge;
  readonly parent: Place | null;
  readonly children: Place[] = [];
  /** Nodes that lost a dependency and have to be looked at again. */
  readonly again = new Set<TreeNode>();
  canPlace: CanPlace | null = null;
  placed: TreeNode | null = null;
  readonly #options: PlaceOptions;
  readonly #explicit: boolean;

  constructor(dep: TreeNode, edge: Edge, options: PlaceOptions, explicit: boolean, parent: Place | null = null) {
    this.dep = dep;
    this.edge = edge;
    this.parent = parent;
    this.#options = options;
    this.#explicit = explicit;
    if (edge.to !== null && edge.valid && !explicit) return;
    const found = this.#findTarget();
    if (found !== null) this.#place(found);
  }

  get #start(): TreeNode {
    return deepestTarget(this.parent === null ? this.edge.from : this.parent.#start, this.edge.name);
  }

  #findTarget(): CanPlace | null {
    let self: CanPlace | null = null;
    for (const target of this.#start.ancestry()) {
      if (!target.isTop && target.edgesOut.get(this.edge.name)?.peer === true) continue;
      const check = new CanPlace({
        dep: this.dep,
        edge: this.edge,
        target,
        parent: this.parent?.canPlace ?? null,
        preferDedupe: this.#options.preferDedupe,
        explicit: this.#explicit,
      });
      if (check.self !== 'conflict') self = check;
      if (check.whole === 'conflict') break;
      this.canPlace = check;
      if (this.dep.error !== undefined) break;
    }
    if (this.canPlace !== null) return this.canPlace;
    if (!this.#options.force && (this.#isOwn() || this.#options.strictPeers)) {
      const top = this.#top;
      throw conflictError(top.edge, top.dep, this.edge, this.dep);
    }
    if (self === null) this.#warnConflict(this.edge);
    this.canPlace = self;
    return self;
  }

  get #top(): Place {
    return this.parent === null ? this : this.parent.#top;
  }

  #place(found: CanPlace): void {
    const { target } = found;
    const kind = found.whole === 'conflict' ? found.self : found.whole;
    if (kind === 'keep') {
      if (this.edge.peer && !this.edge.valid) this.#warnConflict(this.edge);
      this.#pruneDedupable(target, true);
      return;
    }
    const virtualRoot = this.dep.parent;
    const placed = copyOf(this.dep, target);
    this.placed = placed;
    const old = target.children.get(this.edge.name);
    if (old === undefined) target.tree.attach(placed, target);
    else this.#replace(old, placed, target);
    if (this.edge.peer && !placed.satisfies(this.edge)) this.#warnConflict(this.edge);
    const to = this.edge.valid ? this.edge.to : null;
    if (to !== null && to !== placed) this.#pruneDedupable(to, false);
    for (const node of target.tree.named(this.edge.name)) {
      if (node.isTop || !node.tree.has(node) || !node.isDescendantOf(target)) continue;
      this.#pruneDedupable(node, false);
      if (target.tree.has(node)) for (const child of [...node.children.values()]) this.#pruneDedupable(child, false);
    }
    for (const peerEdge of placed.edgesOut.values()) {
      if (!peerEdge.peer || peerEdge.peerConflicted || peerEdge.valid) continue;
      const peer = virtualRoot?.children.get(peerEdge.name);
      if (peer?.satisfies(peerEdge) === true) this.children.push(new Place(peer, peerEdge, this.#options, this.#explicit, this));
    }
  }

  #replace(old: TreeNode, placed: TreeNode, target: TreeNode): void {
    const { tree } = target;
    const orphaned: TreeNode[] = [];
    for (const [name, edge] of old.edgesOut) {
      const { to } = edge;
      if (to !== null && !placed.edgesOut.has(name)) orphaned.push(...gatherDependencies([to], (each) => each.to !== to));
    }
    const peerSets: TreeNode[] = [];
    for (const edge of old.edgesIn) {
      if (placed.satisfies(edge) || !edge.peer || edge.from.parent !== target || edge.peerConflicted) continue;
      for (const entry of peerEntrySets(edge.from).keys()) {
        const node = entry.to;
        if (node === null) continue;
        if (deepestTarget(node, this.edge.name) !== target && !entry.from.isTop) {
          peerSets.push(...gatherDependencies([node], (each) => each.to !== node && !each.peerConflicted));
        } else this.#warnConflict(edge);
      }
    }
    const children = [...old.children.values()];
    tree.attach(placed, target);
    if (!placed.isLink) for (const child of children) tree.attach(child, placed);
    this.#pruneAfterReplacement(placed, orphaned);
    for (const node of peerSets) {
      for (const edge of node.edgesIn) this.again.add(edge.from);
      tree.detach(node);
    }
  }

  #pruneAfterReplacement(node: TreeNode, orphaned: readonly TreeNode[]): void {
    const invalid = new Set<TreeNode>();
    for (const edge of node.edgesOut.values()) {
      const { to } = edge;
      if (to !== null && !edge.valid) invalid.add(to);
    }
    for (const start of orphaned) {
      for (const each of gatherDependencies([start], (edge) => edge.to !== start && edge.valid)) invalid.add(each);
    }
    const gone = gatherDependencies(invalid, (edge) => edge.from !== node && edge.to !== node && edge.valid);
    for (const each of gone) if (each.tree.has(each)) node.tree.detach(each);
  }

  #pruneDedupable(node: TreeNode, descend: boolean): void {
    if (canDedupe(node, this.#options.preferDedupe, this.#explicit)) {
      for (const each of gatherDependencies([node], (edge) => edge.to !== node && edge.valid)) node.tree.detach(each);
      return;
    }
    if (!descend) return;
    const sorted = (nodes: Iterable<TreeNode>) => [...nodes].toSorted((a, b) => a.location.localeCompare(b.location, 'en'));
    for (const child of sorted(node.children.values())) this.#pruneDedupable(child, true);
    for (const top of sorted(node.tree.tops)) {
      if (top === node || top.resolveParent !== node) continue;
      for (const child of sorted(top.children.values())) this.#pruneDedupable(child, true);
    }
  }

  /** Whether the conflict is the project's own, which is an error, or one between other people's packages, which is a warning. */
  #isOwn(): boolean {
    const { edge } = this.#top;
    const { from } = edge;
    if (from.isTop) return true;
    if (!edge.peer) return false;
    let peers = false;
    for (const each of from.edgesIn) {
      if (each.peer) peers = true;
      else if (each.from.isTop) return true;
    }
    return peers && [...peerEntrySets(from).keys()].some((each) => each.from.isTop);
  }

  #warnConflict(edge: Edge): void {
    edge.peerConflicted = true;
    const { from } = edge;
    const found = from.resolve(edge.name);
    this.#options.warn(
      `ERESOLVE overriding peer dependency\nERESOLVE ${from.packageName}@${from.version} wants peer ${edge.name}@"${edge.wanted}", found ${found === null ? 'none' : `${found.packageName}@${found.version}`}`,
    );
  }
}

function copyOf(dep: TreeNode, target: TreeNode): TreeNode {
  const node = new TreeNode(target.tree, dep.name, dep.pkg, dep.target === null ? {} : { target: dep.target });
  node.resolved = dep.resolved;
  node.integrity = dep.integrity;
  node.error = dep.error;
  return node;
}

/** Whether the package of the same name further up does as well. */
function canDedupe(node: TreeNode, preferDedupe: boolean, explicit: boolean): boolean {
  if (node.inBundle || node.isTop) return false;
  const above = node.resolveParent?.resolveParent;
  if (above === null || above === undefined) return false;
  if (node.edgesIn.length === 0) return true;
  const other = above.resolve(node.name);
  if (other === null) return false;
  if (other.matches(node)) return true;
  if (!other.canReplace(node)) return false;
  if (preferDedupe || explicit) return true;
  return other.version !== '' && node.version !== '' && semver.gte(other.version, node.version, true);
}
