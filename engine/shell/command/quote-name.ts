/** A name in a message: in single quotes, as GNU's commands print it in the C.UTF-8 locale. */
export function quoteName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(name)) {
    // oxlint-disable-next-line no-control-regex -- as above
    const escaped = name.replace(/[\x00-\x1f\x7f]+/g, (run) => `'$'${[...run].map(escapeControl).join('')}''`);
    return `'${escaped}'`.replace(/''$/, '');
  }
  if (name.includes("'") && !/["$`\\]/.test(name)) return `"${name}"`;
  return `'${name.replaceAll("'", `'\\''`)}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function escapeControl(character: string): string {
  return ESCAPES[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
