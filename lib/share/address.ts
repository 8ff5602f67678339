import { isProjectLabel } from '../origins.ts';

/** What `/p/<id>` and `/p/<id>@<version>` name. */
export interface ShareAddress {
  readonly id: string;
  /** Null: this browser's own project, or the newest version. */
  readonly version: number | null;
}

/** @param text the last part of the path, decoded or not; null when it names nothing */
export function parseShareAddress(text: string): ShareAddress | null {
  const [, id = '', version] = /^([a-z0-9-]+)(?:(?:@|%40)([1-9]\d{0,8}))?$/i.exec(text) ?? [];
  if (!isProjectLabel(id)) return null;
  return { id, version: version === undefined ? null : Number(version) };
}

export function sharePath({ id, version }: ShareAddress): string {
  return `/p/${id}${version === null ? '' : `@${version}`}`;
}
