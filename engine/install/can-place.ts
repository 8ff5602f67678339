/**
 * Whether a package may stand in a given `node_modules`, with the peers that come with it. The rules are npm's (its Arborist's "can place dep"): nothing
 * that is satisfied now may break, a newer version may take the place of an older one that all dependents would accept, and peers move as one set.
 */
import semver from 'semver';
import type { Edge, TreeNode } from './tree.ts';

/** `ok`: the place is free. `replace`: instead of what stands there. `keep`: what stands there will do. */
export type Placement = 'ok' | 'replace' | 'keep' | 'conflict';

export interface PlaceRequest {
  /** The package in its peer set: a child of a virtual root. */
  readonly dep: TreeNode;
  readonly edge: Edge;
  readonly target: TreeNode;
  readonly preferDedupe: boolean;
  readonly explicit: boolean;
  readonly parent: CanPlace | null;
  readonly peerPath?: readonly TreeNode[];
}

/** The deepest folder that may hold `name` for `start`: a peer has to stand above who asks for it. */
export function deepestTarget(start: TreeNode, name: string): TreeNode {
  for (const target of start.ancestry()) {
    if (target.isRoot || target.resolveParent === null) return target;
    if (target.edgesOut.get(name)?.peer !== true) return target;
  }
  return start;
}

/** Per dependency that leads into a set of peers that `node` belongs to: that set. */
export function peerEntrySets(node: TreeNode): Map<Edge, Set<TreeNode>> {
  const withPeers = (set: Set<TreeNode>, dependents: boolean) => {
    for (const member of set) {
      for (const edge of member.edgesOut.values()) {
        const { to } = edge;
        if (edge.peer && to !== null && edge.valid) set.add(to);
      }
      if (!dependents) continue;
      for (const edge of member.edgesIn) if (edge.peer && edge.valid) set.add(edge.from);
    }
    return set;
  };
  const sets = new Map<Edge, Set<TreeNode>>();
  for (const peer of withPeers(new Set([node]), true)) {
    for (const edge of peer.edgesIn) {
      if (!edge.valid || (edge.peer && !edge.from.isTop)) continue;
      const set = withPeers(new Set([peer]), false);
      if (set.has(node)) sets.set(edge, set);
    }
  }
  return sets;
}

export class CanPlace {
  readonly dep: TreeNode;
  readonly edge: Edge;
  readonly target: TreeNode;
  readonly parent: CanPlace | null;
  readonly children: CanPlace[] = [];
  readonly current: TreeNode | undefined;
  /** The verdict on the package with its peers. */
  readonly whole: Placement;
  /** The verdict on the package alone. */
  self: Placement | undefined;
  readonly #preferDedupe: boolean;
  readonly #explicit: boolean;
  readonly #peerPath: readonly TreeNode[];
  #peers: Placement | undefined;

  constructor(request: PlaceRequest) {
    this.dep = request.dep;
    this.edge = request.edge;
    this.target = request.target;
    this.parent = request.parent;
    this.#preferDedupe = request.preferDedupe || request.edge.peer;
    this.#explicit = request.explicit;
    this.#peerPath = request.peerPath ?? [];
    this.current = this.target.children.get(this.edge.name);
    this.whole = this.#check();
    this.self ??= this.whole;
  }

  get #entryEdge(): Edge {
    return this.parent === null ? this.edge : this.parent.#entryEdge;
  }

  get #deepest(): TreeNode {
    return deepestTarget(this.parent === null ? this.edge.from : this.parent.#deepest, this.edge.name);
  }

  #check(): Placement {
    const { target, current, dep, edge } = this;
    const targetEdge = target.edgesOut.get(edge.name);
    if (dep.error !== undefined) return current === undefined ? 'ok' : 'replace';
    // A package's peer never stands inside of it.
    if (targetEdge?.peer === true && !target.isTop) return 'conflict';
    if (current === undefined && targetEdge !== undefined && targetEdge !== edge && !dep.satisfies(targetEdge)) return 'conflict';
    return current === undefined ? this.#checkFree() : this.#checkTaken(current);
  }

  /** Nothing stands here: placing must not hide a better match from what lies below. */
  #checkFree(): Placement {
    const { target, edge, dep } = this;
    const seen = target === this.#entryEdge.from ? null : target.resolve(edge.name);
    if (seen !== null) {
      for (const other of seen.edgesIn) {
        if (other.from.isDescendantOf(target) && other.valid && !dep.satisfies(other)) return 'conflict';
      }
    }
    return this.#withPeers('ok');
  }

  #checkTaken(current: TreeNode): Placement {
    const { dep, edge, target } = this;
    if (dep.matches(current) && (current.satisfies(edge) || !dep.satisfies(edge))) return this.#explicit ? 'replace' : 'keep';
    const newer = current.version !== '' && dep.version !== '' && semver.gte(dep.version, current.version, true);
    if (newer && dep.canReplace(current)) {
      const placement = this.#withPeers('replace');
      if (placement !== 'conflict') return placement;
    }
    if (current.satisfies(edge) && (!this.#explicit || this.#preferDedupe)) return 'keep';
    if (this.#preferDedupe && !newer && dep.canReplace(current)) {
      const placement = this.#withPeers('replace');
      if (placement !== 'conflict') return placement;
    }
    // Above the deepest place there is another chance further down.
    if (target !== this.#deepest) return 'conflict';
    if (!edge.peer && target === edge.from) return this.#withPeers('replace');
    if (this.parent === null && !edge.peer) return 'conflict';
    return this.#mayPushOut(current) ? this.#withPeers('replace') : 'conflict';
  }

  /** Whether the peer sets that `current` belongs to can be replaced with ours or nest elsewhere. */
  #mayPushOut(current: TreeNode): boolean {
    const ours = this.dep.parent?.children ?? new Map<string, TreeNode>();
    for (const [entry, peers] of peerEntrySets(current)) {
      if (entry === this.edge || entry === this.#entryEdge) continue;
      const node = entry.to;
      if (node === null) continue;
      const replacement = ours.get(node.name);
      if (replacement?.canReplace(node, new Set(ours.keys())) === true) continue;
      if (replacement === undefined && oursSatisfy(node, ours)) continue;
      for (const peer of peers) {
        const deepest = deepestTarget(entry.from, peer.name);
        if (deepest === this.target || this.target.isDescendantOf(deepest)) return false;
      }
    }
    return true;
  }

  #withPeers(state: 'ok' | 'replace'): Placement {
    this.self = state;
    if (this.#peers !== undefined) return this.#peers;
    let conflict = false;
    const peerPath = [...this.#peerPath, this.dep];
    for (const peerEdge of this.dep.edgesOut.values()) {
      const peer = peerEdge.peer ? peerEdge.to : null;
      if (peer === null || peerPath.includes(peer)) continue;
      const child = new CanPlace({
        dep: peer,
        edge: peerEdge,
        target: deepestTarget(this.target, peer.name),
        parent: this,
        peerPath,
        preferDedupe: true,
        explicit: false,
      });
      this.children.push(child);
      if (child.whole === 'conflict') conflict = true;
    }
    this.#peers = conflict ? 'conflict' : state;
    return this.#peers;
  }
}

/** Whether everything that the peers of `node` ask of our set is met by it. */
function oursSatisfy(node: TreeNode, ours: ReadonlyMap<string, TreeNode>): boolean {
  const walk = new Set([node]);
  for (const peer of walk) {
    for (const edge of peer.edgesOut.values()) {
      if (!edge.peer || !edge.valid) continue;
      const replacement = ours.get(edge.name);
      if (replacement === undefined) {
        const { to } = edge;
        if (to !== null) walk.add(to);
      } else if (!replacement.satisfies(edge)) return false;
    }
  }
  return true;
}
