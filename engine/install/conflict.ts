/** ERESOLVE: two packages want versions of a third that cannot stand together. */
import { InstallError } from './errors.ts';
import type { Edge, TreeNode } from './tree.ts';

/** Who asks: `react@"^18" from the root project`, or the package with the way to it. */
function explainEdge(edge: Edge, indent: string, seen = new Set<TreeNode>()): string[] {
  const from = edge.from.source ?? edge.from;
  const kind = edge.type === 'prod' || edge.type === 'workspace' ? '' : `${edge.type} `;
  if (from.isTop) return [`${indent}${kind}${edge.name}@"${edge.wanted}" from ${from.isRoot ? 'the root project' : from.location}`];
  return [`${indent}${kind}${edge.name}@"${edge.wanted}" from ${from.packageName}@${from.version}`, ...explainNode(from, indent, seen)];
}

function explainNode(node: TreeNode, indent: string, seen: Set<TreeNode>): string[] {
  if (seen.has(node)) return [];
  seen.add(node);
  // Inside a set that was only tried out there is no place yet.
  const where = node.tree.root.source === null ? [`${indent}${node.location}`] : [];
  return [...where, ...node.edgesIn.slice(0, 3).flatMap((edge) => explainEdge(edge, `${indent}  `, seen))];
}

export function conflictError(topEdge: Edge, topDep: TreeNode, edge: Edge, dep: TreeNode): InstallError {
  const project = topEdge.from.source ?? topEdge.from;
  const current = topEdge.from.resolve(edge.name) ?? edge.from.resolve(edge.name);
  const lines = [`ERESOLVE unable to resolve dependency tree`, '', `While resolving: ${project.packageName}@${project.version}`];
  if (current !== null) {
    lines.push(`Found: ${current.packageName}@${current.version}`, ...explainNode(current, '', new Set()), '');
  }
  lines.push('Could not resolve dependency:', ...explainEdge(edge, ''));
  if (topDep !== dep) lines.push('', 'Conflicting peer dependency:', `${dep.packageName}@${dep.version}`, ...explainEdge(topEdge, ''));
  lines.push(
    '',
    'Fix the upstream dependency conflict, or retry',
    'this command with --force or --legacy-peer-deps',
    'to accept an incorrect (and potentially broken) dependency resolution.',
  );
  return new InstallError('ERESOLVE', lines.join('\n'));
}
