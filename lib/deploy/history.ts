import type { Amount, Changes, PastDeploy, SiteFile } from './adapter.ts';
import type { DeployNote } from './keys.ts';

/** A past deploy, with what this browser knows of it where the provider says nothing. */
export function recalled(deploy: PastDeploy, notes: Readonly<Record<string, DeployNote>>): PastDeploy {
  const note = Object.hasOwn(notes, deploy.id) ? notes[deploy.id] : undefined;
  return note === undefined ? deploy : { ...deploy, size: deploy.size ?? note.size, changes: deploy.changes ?? note.changes };
}

/** @param before digests by path, as `after` */
export function changesBetween(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Changes {
  let added = 0;
  let changed = 0;
  for (const [path, sha] of Object.entries(after)) {
    if (!Object.hasOwn(before, path)) added += 1;
    else if (before[path] !== sha) changed += 1;
  }
  return { added, changed, removed: Object.keys(before).filter((path) => !Object.hasOwn(after, path)).length };
}

export function amountOfFiles(files: readonly SiteFile[]): Amount {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

/** What changed, in words: “2 added, 1 changed”. */
export function changesInWords({ added, changed, removed }: Changes): string {
  const parts = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ] as const;
  const words = parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return words.length > 0 ? words.join(', ') : 'nothing changed';
}
