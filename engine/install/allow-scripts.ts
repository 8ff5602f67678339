/**
 * Install scripts of dependencies run only where the project's package.json approves them in npm's `allowScripts`
 * (`{"name": true, "name@1.2.3 || 1.2.4": true, "other": false}`), and a refusal wins over an approval. Bundled packages never run theirs.
 * npm 11.19 reads the same policy but still runs what nobody has reviewed, with a warning; here unreviewed scripts do not run, and are listed.
 */
import semver from 'semver';
import { splitNameAtVersion } from './spec.ts';
import type { TreeNode } from './tree.ts';

export type Verdict = 'allowed' | 'denied' | 'unreviewed';

/** The package's name as the dependent or the lockfile's address says it, not as the package's own manifest claims. */
function trustedName(node: TreeNode): string | null {
  for (const edge of node.edgesIn) {
    const { spec } = edge;
    if (spec.kind === 'alias') return spec.target.name;
    if (spec.kind === 'version' || spec.kind === 'range' || spec.kind === 'tag') return spec.name;
  }
  return null;
}

export function scriptVerdict(node: TreeNode, policy: unknown): Verdict {
  if (node.inBundle || typeof policy !== 'object' || policy === null) return 'unreviewed';
  const name = trustedName(node);
  let verdict: Verdict = 'unreviewed';
  for (const [key, value] of Object.entries(policy)) {
    const entry = splitNameAtVersion(key);
    if (name === null || entry.name !== name || !versionListed(node.version, entry.wanted)) continue;
    if (value === false) return 'denied';
    if (value === true) verdict = 'allowed';
  }
  return verdict;
}

/** Nothing and `*` mean every version; otherwise only exact versions joined by `||` count. */
function versionListed(version: string, wanted: string): boolean {
  if (wanted === '' || wanted === '*') return true;
  const versions = wanted.split('||').map((part) => semver.valid(part.trim(), true));
  return !versions.includes(null) && versions.some((exact) => exact !== null && semver.eq(exact, version));
}

const INSTALL_EVENTS = ['preinstall', 'install', 'postinstall'] as const;
export type InstallEvent = (typeof INSTALL_EVENTS)[number];

/** The install scripts of a package that are there. */
export function installScripts(scripts: Readonly<Record<string, string>> | undefined): [InstallEvent, string][] {
  return INSTALL_EVENTS.flatMap((event) => {
    const command = scripts?.[event];
    return command === undefined || command === '' ? [] : [[event, command] satisfies [InstallEvent, string]];
  });
}
