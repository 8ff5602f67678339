/** `//# sourceURL=` and `//# sourceMappingURL=`, as V8's scanner finds them: the last one counts, white space or quotes in the value void it. */
export interface MagicComments {
  readonly sourceURL?: string;
  readonly sourceMapURL?: string;
}

const COMMENT = /\/\/[#@][ \t](sourceURL|sourceMappingURL)=[ \t]*([^\s'"]*)[ \t]*$/gm;

export function magicComments(source: string): MagicComments {
  if (!source.includes('source')) return {};
  if (!source.includes('sourceMappingURL=') && !source.includes('sourceURL=')) return {};
  const found: { sourceURL?: string; sourceMapURL?: string } = {};
  for (const [, name, value] of source.matchAll(COMMENT)) {
    if (value === undefined || value === '') continue;
    if (name === 'sourceURL') found.sourceURL = value;
    else found.sourceMapURL = value;
  }
  return found;
}
