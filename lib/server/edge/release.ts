import type { BlobHash } from '../storage/storage.ts';
import type { HeaderRule } from './rules/header-rules.ts';
import type { RedirectRule } from './rules/redirect-rules.ts';
import type { Changes } from './records.ts';

export interface ReleaseFile {
  readonly blob: BlobHash;
  readonly size: number;
  readonly sha1: string;
}

/** What a complete deploy serves: a blob, so it never changes. */
export interface Release {
  /** By path, without a slash at the begin. */
  readonly files: ReadonlyMap<string, ReleaseFile>;
  readonly redirects: readonly RedirectRule[];
  readonly headers: readonly HeaderRule[];
  /** Paths that look as if their content had a name of its own, and had another content in an earlier deploy. */
  readonly reused: ReadonlySet<string>;
}

interface StoredRelease {
  readonly format: 1;
  readonly files: readonly (readonly [path: string, blob: string, size: number, sha1: string])[];
  readonly redirects: readonly RedirectRule[];
  readonly headers: readonly HeaderRule[];
  readonly reused: readonly string[];
}

export function releaseText({ files, redirects, headers, reused }: Release): string {
  const stored: StoredRelease = {
    format: 1,
    files: [...files].map(([path, { blob, size, sha1 }]) => [path, blob, size, sha1]),
    redirects,
    headers,
    reused: [...reused],
  };
  return JSON.stringify(stored);
}

/** What `releaseText` wrote. */
export function readRelease(text: string): Release {
  const { files, redirects, headers, reused } = JSON.parse(text) as StoredRelease;
  return {
    files: new Map(files.map(([path, blob, size, sha1]) => [path, { blob, size, sha1 }])),
    redirects,
    headers,
    reused: new Set(reused),
  };
}

export function changesBetween(before: Release | null, after: Release): Changes {
  const changes = { added: 0, changed: 0, removed: 0 };
  for (const [path, { sha1 }] of after.files) {
    const old = before?.files.get(path);
    if (old === undefined) changes.added += 1;
    else if (old.sha1 !== sha1) changes.changed += 1;
  }
  for (const path of before?.files.keys() ?? []) if (!after.files.has(path)) changes.removed += 1;
  return changes;
}
