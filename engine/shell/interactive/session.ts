import { ShellError } from '../interpreter/control.ts';
import type { Shell } from '../interpreter/shell.ts';
export function runInteractive(_shell: Shell, _login: boolean): number {
  throw new ShellError('interactive shell is not there yet');
}
