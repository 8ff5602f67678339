/** Sets of packages that belong together: what only they need, what an optional failure takes with it, and the flags that follow from who needs whom. */
import type { Edge, TreeNode } from './tree.ts';

/** The nodes of `start` with their dependencies (over edges that pass `follow`) that nothing outside of the set depends on. */
export function gatherDependencies(start: Iterable<TreeNode>, follow: (edge: Edge) => boolean): Set<TreeNode> {
  const set = new Set(start);
  for (const node of set) {
    for (const edge of node.edgesOut.values()) {
      const { to } = edge;
      if (to !== null && follow(edge)) set.add(to);
    }
  }
  let changed = true;
  while (changed) {
    changed = false;
    for (const node of set) {
      if (node.edgesIn.some((edge) => !set.has(edge.from) && follow(edge))) {
        set.delete(node);
        changed = true;
      }
    }
  }
  return set;
}

/** What is left out when optional `node` fails: the packages that need it, up to the optional dependency that leads to them, and what only these need. */
export function optionalSet(node: TreeNode): Set<TreeNode> {
  const set = new Set([node]);
  for (const member of set) {
    for (const edge of member.edgesIn) if (!edge.optional) set.add(edge.from);
  }
  return gatherDependencies(set, (edge) => {
    const { to } = edge;
    return to !== null && !set.has(to) && !edge.from.inert;
  });
}

/**
 * Recomputes `dev`, `optional`, `devOptional`, `peer`, `extraneous` of a whole tree: every node starts with all of them, and a walk from the root takes
 * away those that a dependency without the mark rules out.
 */
export function computeFlags(root: TreeNode): void {
  for (const node of root.tree.inventory()) setFlags(node, node !== root);
  const seen = new Set<TreeNode>();
  const queue = [root];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    seen.add(node);
    if (!node.extraneous) {
      for (let above = node.resolveParent; above !== null && above.extraneous; above = above.resolveParent) above.extraneous = false;
    }
    const { target } = node;
    if (target !== null) {
      const changed = clear(target, node, { dev: false, optional: false, peer: false, keepExtraneous: false });
      if (changed || !seen.has(target)) queue.push(target);
      continue;
    }
    for (const edge of node.edgesOut.values()) {
      const { to } = edge;
      if (to === null) continue;
      const marks = {
        dev: edge.type === 'dev',
        optional: edge.optional,
        peer: edge.peer,
        keepExtraneous: edge.type === 'peerOptional',
      };
      if (clear(to, node, marks)) queue.push(to);
    }
  }
  for (const node of root.tree.inventory()) {
    if (node.devOptional && (node.dev || node.optional)) node.devOptional = false;
  }
}

function setFlags(node: TreeNode, value: boolean): void {
  node.dev = value;
  node.optional = value;
  node.devOptional = value;
  node.peer = value;
  node.extraneous = value;
}

function clear(to: TreeNode, from: TreeNode, edge: { dev: boolean; optional: boolean; peer: boolean; keepExtraneous: boolean }): boolean {
  let changed = false;
  if (to.extraneous && !from.extraneous && !edge.keepExtraneous) changed = !(to.extraneous = false);
  if (to.dev && !from.dev && !edge.dev) changed = !(to.dev = false);
  if (to.optional && !from.optional && !edge.optional) changed = !(to.optional = false);
  if (to.devOptional && !from.devOptional && !from.dev && !from.optional && !edge.dev && !edge.optional) {
    changed = !(to.devOptional = false);
  }
  if (to.peer && !from.peer && !edge.peer) changed = !(to.peer = false);
  return changed;
}
