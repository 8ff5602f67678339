import type { Shell } from '../interpreter/shell.ts';

/** Path in cyan on its own line; the mark below is green, or red after a command that failed. */
export const DEFAULT_PROMPT = '\\n\\[\\e[36m\\]\\w\\[\\e[0m\\]\\n\\[\\e[\\?m\\]❯\\[\\e[0m\\] ';

function workingDirectory(shell: Shell): string {
  const path = shell.variables.get('PWD') ?? shell.system.cwd();
  const home = shell.variables.get('HOME');
  if (home === undefined || home === '/' || (path !== home && !path.startsWith(`${home}/`))) return path;
  return `~${path.slice(home.length)}`;
}

/** Expands bash's prompt escapes, and `\?`: the colour of the last status (32 green, 31 red). */
export function expandPrompt(shell: Shell, text: string): string {
  return text.replace(/\\(\[|\]|[0-7]{3}|.)/g, (whole, escape: string) => {
    switch (escape) {
      case 'w':
        return workingDirectory(shell);
      case 'W':
        return workingDirectory(shell).replace(/^.*\/(?=.)/, '');
      case 'u':
        return shell.variables.get('USER') ?? '';
      case 'h':
      case 'H':
        return shell.variables.get('HOSTNAME') ?? '';
      case '$':
        return '$';
      case 's':
        return shell.name;
      case 'n':
        return '\n';
      case 'e':
        return '\x1b';
      case 'a':
        return '\x07';
      case 't':
        return new Date().toTimeString().slice(0, 8);
      case '?':
        return shell.lastStatus === 0 ? '32' : '31';
      case '[':
      case ']':
        return '';
      case '\\':
        return '\\';
      default:
        return /^[0-7]{3}$/.test(escape) ? String.fromCharCode(parseInt(escape, 8)) : whole;
    }
  });
}
