import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK } from './stat.ts';

/** File modes as `ls -l` shows them: `drwxr-xr-x`. */
export function modeString(mode: number): string {
  const types: Record<number, string> = { [S_IFDIR]: 'd', [S_IFLNK]: 'l', [S_IFCHR]: 'c', [S_IFBLK]: 'b', [S_IFIFO]: 'p', [S_IFSOCK]: 's' };
  const triple = (bits: number, special: boolean, letter: string): string =>
    `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-'}`;
  return (
    (types[mode & S_IFMT] ?? '-') +
    triple(mode >> 6, (mode & 0o4000) !== 0, 's') +
    triple(mode >> 3, (mode & 0o2000) !== 0, 's') +
    triple(mode, (mode & 0o1000) !== 0, 't')
  );
}

/** New permission bits after an octal or symbolic change (`u+rwX,go=`); undefined when it is none. `mask` is the umask. */
export function changeMode(change: string, mode: number, directory: boolean, mask: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(change)) return parseInt(change, 8) | (directory && change.length < 5 ? mode & 0o6000 : 0);
  let bits = mode & 0o7777;
  for (const clause of change.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (match === null) return undefined;
    const [, who = '', actions = ''] = match;
    const all = who === '' || who.includes('a');
    const scope =
      (all || who.includes('u') ? 0o4700 : 0) | (all || who.includes('g') ? 0o2070 : 0) | (all || who.includes('o') ? 0o1007 : 0);
    for (const [, operator = '', permissions = ''] of actions.matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let value = 0;
      if (/^[ugo]$/.test(permissions)) {
        const source = (bits >> (permissions === 'u' ? 6 : permissions === 'g' ? 3 : 0)) & 7;
        value = source * 0o111;
      } else {
        for (const letter of permissions) {
          if (letter === 'r') value |= 0o444;
          else if (letter === 'w') value |= 0o222;
          else if (letter === 'x' || (letter === 'X' && (directory || (bits & 0o111) !== 0))) value |= 0o111;
          else if (letter === 's') value |= 0o6000;
          else if (letter === 't') value |= 0o1000;
        }
      }
      value &= scope;
      if (who === '') value &= ~mask;
      if (operator === '+') bits |= value;
      else if (operator === '-') bits &= ~value;
      else bits = (bits & ~(scope & (directory ? 0o777 : 0o7777))) | value;
    }
  }
  return bits;
}
