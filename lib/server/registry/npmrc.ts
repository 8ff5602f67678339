/**
 * Reads the text of an npmrc file: `key = value` lines, `;` and `#` comments, `key[] = value` arrays, `${VAR}` and `${VAR?}` from the environment.
 * Later lines win. The format: https://docs.npmjs.com/cli/configuring-npm/npmrc
 */
export function parseNpmrc(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Map<string, string | readonly string[]> {
  const result = new Map<string, string | readonly string[]>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^;#\s=][^=]*?)\s*(?:=\s*(.*?)\s*)?$/.exec(line);
    if (match === null) continue;
    const key = expand(match[1] ?? '', environment);
    const value = expand(unquote(match[2] ?? 'true'), environment);
    if (key.endsWith('[]')) {
      const name = key.slice(0, -2);
      const before = result.get(name);
      result.set(name, [...(Array.isArray(before) ? before : []), value]);
    } else {
      result.set(key, value);
    }
  }
  return result;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (quoted === null) return text.replace(/\s+[;#].*$/, '');
  return quoted[1] === '"' ? (quoted[2] ?? '').replace(/\\n/g, '\n').replace(/\\(["\\])/g, '$1') : (quoted[2] ?? '');
}

function expand(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/(\\*)\$\{([^${}?]+)(\?)?\}/g, (whole, escapes: string, name: string, optional: string | undefined) => {
    if (escapes.length % 2 === 1) return whole.slice((escapes.length + 1) / 2);
    return environment[name] ?? (optional === undefined ? whole : '');
  });
}
