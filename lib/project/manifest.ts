import type { Content } from './content.ts';

/** Parses a package.json as npm does: a byte order mark, which some editors of Windows write, is no part of it. Throws a SyntaxError. */
export function parseManifest(content: Content): unknown {
  return JSON.parse(typeof content === 'string' ? content.replace(/^\uFEFF/, '') : '');
}
