/** Dependencies in package.json: into which group a package goes, and in which form. */
import semver from 'semver';
import type { Config } from './config.ts';
import { isObject, type JsonObject } from './manifest.ts';
import type { TreeNode } from './tree.ts';

const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
export type Group = (typeof GROUPS)[number];

/** The group that the flags name, else the one that has the package, else `dependencies`. */
export function groupOf(json: JsonObject, name: string, config: Config): Group {
  if (config.is('save-dev')) return 'devDependencies';
  if (config.is('save-optional')) return 'optionalDependencies';
  if (config.is('save-peer')) return 'peerDependencies';
  if (config.is('save-prod')) return 'dependencies';
  return GROUPS.find((group) => name in groupIn(json, group)) ?? 'dependencies';
}

function groupIn(json: JsonObject, group: Group): JsonObject {
  const value = json[group];
  return isObject(value) ? value : {};
}

/** Replaces a group, sorted as npm sorts; an empty one goes. */
function setGroup(json: JsonObject, group: Group, values: JsonObject): void {
  const entries = Object.entries(values).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  if (entries.length === 0) delete json[group];
  else json[group] = Object.fromEntries(entries);
}

export function addDependency(json: JsonObject, name: string, wanted: string, group: Group): void {
  for (const other of GROUPS) {
    // A peer may be a development dependency, too.
    const stays =
      other === group ||
      (other === 'peerDependencies' && group === 'devDependencies') ||
      (other === 'devDependencies' && group === 'peerDependencies');
    if (!stays && name in groupIn(json, other)) {
      const { [name]: _gone, ...rest } = groupIn(json, other);
      setGroup(json, other, rest);
    }
  }
  setGroup(json, group, { ...groupIn(json, group), [name]: wanted });
}

export function removeDependency(json: JsonObject, name: string): void {
  for (const group of GROUPS) {
    if (!(name in groupIn(json, group))) continue;
    const { [name]: _gone, ...rest } = groupIn(json, group);
    setGroup(json, group, rest);
  }
}

/** Writes the range of what was resolved: `^version` (or the exact one), the given range where `^version` would allow more than it, folders and addresses as given. */
export function saveSpec(json: JsonObject, name: string, node: TreeNode, config: Config): void {
  const group = GROUPS.find((each) => name in groupIn(json, each) && (each !== 'peerDependencies' || config.is('save-peer')));
  const given = group === undefined ? undefined : groupIn(json, group)[name];
  if (group === undefined || typeof given !== 'string' || node.isLink || node.resolved !== undefined) return;
  const alias = given.startsWith('npm:');
  const asked = alias ? given.slice(given.indexOf('@', 5) < 0 ? given.length : given.indexOf('@', 5) + 1) : given;
  const prefix = config.is('save-exact') ? '' : (config.get('save-prefix') ?? '^');
  const range = `${prefix}${node.version}`;
  const isRange = asked !== '' && semver.valid(asked, true) === null && semver.validRange(asked, true) !== null;
  const saved = !isRange || semver.subset(range, asked, { loose: true }) ? range : asked;
  setGroup(json, group, { ...groupIn(json, group), [name]: alias ? `npm:${node.packageName}@${saved}` : saved });
}
