import { countOf, formatBytes } from '../../format.ts';
import type { ShareAddress } from '../../share/address.ts';
import { ProblemError } from '../problem.ts';
import type { ShareStore } from './share-store.ts';

/** What is told of a share where its link is shown. */
export interface ShareCard {
  readonly name: string;
  readonly description: string;
  /** Paths of some of its files, the outermost first. */
  readonly paths: readonly string[];
}

/** Null when there is no such share. */
export async function readShareCard(store: ShareStore, { id, version: number }: ShareAddress): Promise<ShareCard | null> {
  try {
    const { version, manifest } = await store.version(id, number);
    const paths = manifest.entries.map(({ path }) => path).filter((path) => !path.split('/').some((name) => name.startsWith('.')));
    return {
      name: manifest.name,
      description: `A site to look at, run and edit in the browser: ${countOf(version.files, 'file')}, ${formatBytes(version.bytes)}.`,
      paths: paths.toSorted((a, b) => a.split('/').length - b.split('/').length).slice(0, 6),
    };
  } catch (error) {
    if (error instanceof ProblemError && (error.status === 404 || error.status === 410)) return null;
    throw error;
  }
}

/** The text as the card's own font can draw it: for other letters it would be fetched from elsewhere. */
export function drawable(text: string, otherwise: string): string {
  const plain = text
    .replace(/[^\u0020-\u007e\u00a1-\u017f\u2013\u2014\u2018-\u201d\u2026]/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return plain === '' ? otherwise : plain;
}
