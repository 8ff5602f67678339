/**
 * `overrides` of the project's package.json: other versions than dependents ask for. `{"foo": "1.0.0"}`, `{"foo@^1": "1.2.3"}` (for those who ask for
 * something within ^1), `{"foo": {".": "1.0.0", "bar": "2"}}` (below foo), and `$name` (the project's own range for that name).
 */
import semver from 'semver';
import { InstallError } from './errors.ts';
import { isObject, type Manifest } from './manifest.ts';
import { splitNameAtVersion } from './spec.ts';
import type { Edge, OverrideLookup, TreeNode } from './tree.ts';

interface Rule {
  readonly name: string;
  /** Range in the rule's key; '' for any. */
  readonly range: string;
  readonly value: string | undefined;
  readonly below: readonly Rule[];
}

function parseRules(overrides: Readonly<Record<string, unknown>>, manifest: Manifest): Rule[] {
  return Object.entries(overrides)
    .filter(([key]) => key !== '.')
    .map(([key, value]) => {
      const { name, wanted } = splitNameAtVersion(key);
      const own = isObject(value) ? value['.'] : value;
      return {
        name,
        range: wanted,
        value: typeof own === 'string' ? reference(own, manifest) : undefined,
        below: isObject(value) ? parseRules(value, manifest) : [],
      };
    });
}

function reference(value: string, manifest: Manifest): string {
  if (value === '') return '*';
  if (!value.startsWith('$')) return value;
  const name = value.slice(1);
  for (const kind of ['devDependencies', 'optionalDependencies', 'dependencies', 'peerDependencies'] as const) {
    const range = manifest[kind]?.[name];
    if (range !== undefined) return range;
  }
  throw new InstallError('EOVERRIDE', `Unable to resolve reference ${value} in overrides: the project does not depend on ${name}.`);
}

function concerns(rule: Rule, wanted: string): boolean {
  if (rule.range === '') return true;
  const range = wanted.startsWith('npm:') ? splitNameAtVersion(wanted.slice(4)).wanted || '*' : wanted;
  if (semver.validRange(range, true) === null || semver.validRange(rule.range, true) === null) return false;
  return semver.intersects(range, rule.range, true);
}

/** Names on the way from the root to a node: who asked for whom. A node that several ask for has several ways; the first found counts. */
function dependents(node: TreeNode, seen = new Set<TreeNode>()): TreeNode[] {
  if (node.isRoot || seen.has(node)) return [];
  seen.add(node);
  const above = node.edgesIn.find((edge) => !seen.has(edge.from))?.from;
  return above === undefined ? [node] : [...dependents(above, seen), node];
}

export function makeOverrides(manifest: Manifest): OverrideLookup {
  if (manifest.overrides === undefined || Object.keys(manifest.overrides).length === 0) return () => undefined;
  const rules = parseRules(manifest.overrides, manifest);
  const nested = rules.some((rule) => rule.below.length > 0);
  return (edge: Edge) => {
    if ((edge.from.source ?? edge.from).isRoot) {
      const rule = rules.find(
        (each) => each.name === edge.name && each.value !== undefined && each.value !== edge.raw && concerns(each, edge.raw),
      );
      if (rule !== undefined && rule.range === '' && edge.type !== 'workspace') {
        throw new InstallError('EOVERRIDE', `Override for ${edge.name}@${edge.raw} conflicts with direct dependency`);
      }
      return undefined;
    }
    let active: readonly Rule[] = rules;
    if (nested) {
      for (const node of dependents(edge.from)) {
        const deeper = active.filter(
          (rule) => rule.name === node.packageName && (rule.range === '' || semver.satisfies(node.version, rule.range, true)),
        );
        active = [...deeper.flatMap((rule) => rule.below), ...active];
      }
    }
    return active.find((rule) => rule.name === edge.name && rule.value !== undefined && concerns(rule, edge.raw))?.value;
  };
}
